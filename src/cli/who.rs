//! Who acts, in which roles, and what says so.

use anyhow::Context as _;

use super::config::Config;
use super::error::UsageError;
use super::global::{Global, env, login_name};
use crate::workflow::vocabulary::{Role, Word};

/// The actor, with what names each part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) name: String,
    pub(super) name_from: Source,
    /// Empty where none is known.
    pub(super) roles: Vec<Role>,
    pub(super) roles_from: Option<Source>,
}

/// What says who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Flag(&'static str),
    Variable(&'static str),
    Configuration,
    Login,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Flag(name) | Self::Variable(name) => name,
            Self::Configuration => "configuration",
            Self::Login => "login name",
        })
    }
}

impl Who {
    /// From the flags, else the environment, else the configuration, else the login.
    pub(super) fn of(global: &Global) -> anyhow::Result<Self> {
        let mut name = global.actor.clone().map(|name| (name, Source::Flag("--as")));
        name = name.or_else(|| env("CUS_USER").map(|name| (name, Source::Variable("CUS_USER"))));
        let mut roles = (global.role.clone(), Source::Flag("--role"));
        if roles.0.is_empty()
            && let Some(words) = env("CUS_ROLE")
        {
            roles = (words.split(',').map(role).collect::<Result<_, _>>()?, Source::Variable("CUS_ROLE"));
        }
        if name.is_none() || roles.0.is_empty() {
            let config = Config::read()?;
            name = name.or(config.user.name.map(|name| (name, Source::Configuration)));
            if roles.0.is_empty() {
                roles = (config.user.role, Source::Configuration);
            }
        }
        let (name, name_from) = match name {
            Some((name, _)) if name.trim().is_empty() => {
                return Err(UsageError::new("the name of the actor is blank").into());
            }
            Some(name) => name,
            None => (login_name().context("the login name is not known: give --as NAME")?, Source::Login),
        };
        let roles_from = (!roles.0.is_empty()).then_some(roles.1);
        Ok(Self { name, name_from, roles: roles.0, roles_from })
    }
}

fn role(word: &str) -> Result<Role, UsageError> {
    Role::from_word(word.trim()).ok_or_else(|| {
        let words: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        UsageError::new(format!("CUS_ROLE: `{word}` is no role: {}", words.join(", ")))
    })
}
