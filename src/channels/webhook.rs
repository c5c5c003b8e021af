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
        "text": letter.text,
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

/// The error's words, without the address.
fn why(error: &ureq::Error, url: &str) -> String {
    error.to_string().replace(url, "the address").replace(['\r', '\n'], " ")
}
