//! Requests that another site makes a browser send.

use axum::http::{HeaderMap, header};

use super::secret::{are_equal, digest, generate};
use crate::console::Desk;
use crate::visit::Visit;

/// The field of forms, and the header of scripts (Rails 7.1, `ActionController::RequestForgeryProtection`).
const FIELD: &str = "authenticity_token";
const HEADER: &str = "x-csrf-token";
/// Where the secret for viewers of a host application is kept.
const KIND: &str = "secret";

/// Whether a request that changes something may come from elsewhere: the browser says so, or it does not carry what only
/// our own pages know.
pub(crate) fn is_forged(visit: &Visit, expected: &str) -> bool {
    if is_from_elsewhere(&visit.headers) {
        return true;
    }
    let given = visit.form.get(FIELD).or_else(|| visit.headers.get(HEADER)?.to_str().ok()).unwrap_or_default();
    expected.is_empty() || !are_equal(given, expected)
}

/// Whether the browser itself says that another site is behind it.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => false,
        Some(_) => true,
        None => match (text("origin"), text(header::HOST.as_str())) {
            // Pages that send no referrer send this, ours among them; then the token alone decides.
            (None | Some("null"), _) => false,
            (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, named)| named != host),
            (Some(_), None) => true,
        },
    }
}

/// What the forms of somebody carry whom the host application let in: he has no session of ours to keep it in.
pub(crate) fn host_csrf(desk: &Desk, name: &str) -> String {
    digest(&format!("{}\0{name}", desk.host_secret))
}

/// What the form of the login page carries, by what its cookie says.
pub(crate) fn login_token(cookie: &str) -> String {
    digest(&format!("login\0{cookie}"))
}

/// The secret of an installation, made by the first who asks.
pub(crate) async fn host_secret(control: &dyn egret_core::ControlStore) -> egret_core::Result<String> {
    use egret_core::{PutControl, PutWhen};
    let fresh = generate();
    control.put(PutControl::new(KIND, "host", fresh.clone()).when(PutWhen::Absent)).await?;
    Ok(control.get(KIND, "host").await?.map_or(fresh, |record| record.body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_elsewhere(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_from_elsewhere(&headers)
    }

    #[test]
    fn what_the_browser_says_about_the_origin_counts() {
        assert!(!is_elsewhere(&[]));
        assert!(!is_elsewhere(&[("sec-fetch-site", "same-origin")]));
        assert!(is_elsewhere(&[("sec-fetch-site", "cross-site")]));
        assert!(is_elsewhere(&[("sec-fetch-site", "same-site")]));
        assert!(!is_elsewhere(&[("origin", "http://a.example:3000"), ("host", "a.example:3000")]));
        assert!(is_elsewhere(&[("origin", "http://b.example"), ("host", "a.example")]));
        assert!(!is_elsewhere(&[("origin", "null"), ("host", "a.example")]));
    }
}
