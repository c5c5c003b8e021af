//! The names of roles and audiences in sentences.

use crate::workflow::vocabulary::{Audience, Role};

pub(in crate::cli) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Support => "Support",
        Role::ClientServices => "Client Services",
        Role::Engineering => "Engineering",
        Role::Product => "Product",
        Role::Marketing => "Marketing",
    }
}

pub(in crate::cli) fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Support => role_name(Role::Support),
        Audience::Product => role_name(Role::Product),
        Audience::Marketing => role_name(Role::Marketing),
        Audience::Customer => "Customer",
    }
}
