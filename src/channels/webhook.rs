//! Posting a notice to a web address.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};

use super::letter::Letter;
use super::not_delivered::NotDelivered;

/// Posts the notice as JSON; any 2xx is delivery. It follows no redirect: what is told goes where the team said.
pub(super) fn deliver(url: &str, letter: &Letter, timeout: Duration) -> Result<String, NotDelivered> {
    // An address can hold a secret: only its host is ever shown.
    let host = url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    let failed = |what: &dyn std::fmt::Display| NotDelivered(format!("the webhook at {host}: {what}"));
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(timeout))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .tls_config(tls)
        .build()
        .into();
    let body = json!({
        "text": inert(&letter.text),
        "audience": letter.audience,
        "subject": letter.subject,
        "ticket": letter.ticket,
        "message_id": letter.message_id,
    });
    let response = agent
        .post(url)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", &letter.message_id)
        .send(body.to_string())
        .map_err(|error| failed(&why(&error, url)))?;
    let status = response.status();
    if status.is_success() {
        Ok(format!("HTTP {}", status.as_u16()))
    } else if status.is_redirection() {
        Err(failed(&format!("answered {} and would lead elsewhere", status.as_u16())))
    } else {
        Err(failed(&format!("answered {}", status.as_u16())))
    }
}

/// The text as a chat shows it, without obeying it: what a customer wrote must call nobody and lead nowhere under another
/// name. A mark that begins a mention or a named link is cut from what follows by a space without width.
fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for (place, sign) in text.char_indices() {
        inert.push(sign);
        let rest = &text[place + sign.len_utf8()..];
        let is_link = || rest.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(char::is_alphabetic));
        let is_obeyed = match sign {
            '<' => rest.starts_with(['!', '@', '#']) || is_link(),
            '@' => ["channel", "here", "all", "everyone"].iter().any(|name| rest.starts_with(name)),
            _ => false,
        };
        if is_obeyed {
            inert.push('\u{200b}');
        }
    }
    inert
}

/// The error's words, without the address.
fn why(error: &ureq::Error, url: &str) -> String {
    error.to_string().replace(url, "the address").replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn a_chat_shows_mentions_and_named_links_and_obeys_none() {
        let hostile = "<!channel> <https://evil.example/login|Click> <@U1> @here, see https://x.example";
        assert_eq!(
            inert(hostile),
            "<\u{200b}!channel> <\u{200b}https://evil.example/login|Click> <\u{200b}@U1> @\u{200b}here, see https://x.example"
        );
        let plain = "ada@acme.example, 5 < 6, a <b> tag";
        assert_eq!(inert(plain), plain);
    }
}
