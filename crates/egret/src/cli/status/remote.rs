//! The state as a console elsewhere tells it.

use super::super::{Exit, Failure};
use super::http::{self, Address, Answer};
use crate::config::StoreUrl;
use crate::language::{Language, Sentence};
use crate::status::Status;

/// Where a console tells it (SHIRASAGI 1.21.0, `config/routes/job/routes.rb`).
const PATH: &str = "/.sys/job/status";

/// Asks a console that speaks TLS.
const CURL: &str = "curl -sf -H \"Authorization: Bearer $EGRET_TOKEN\" https://HOST/.sys/job/status.json | jq .status";

/// Whether a URL names a console and no store.
pub(super) fn is_console(url: &StoreUrl) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Asks the console. Whatever keeps it from answering ends the program as a store does that cannot be reached.
pub(super) async fn status(url: &StoreUrl, token: Option<&str>, language: Language) -> Result<Status, Failure> {
    ask(url, token, language).await.map_err(|failure| failure.with_exit(Exit::Unreachable))
}

async fn ask(url: &StoreUrl, token: Option<&str>, language: Language) -> Result<Status, Failure> {
    let address = address(url)?;
    let mut headers = vec![("Accept", "application/json".to_owned()), ("Accept-Language", language.code().to_owned())];
    if let Some(token) = token {
        headers.push(("Authorization", format!("Bearer {}", token.trim())));
    }
    let answer = http::get(&address, &headers).await.map_err(|error| {
        told("cli-console-unreachable", url, &error.to_string())
            .with_hint(Sentence::new("cli-console-unreachable-hint"))
    })?;
    match answer {
        Answer { status: 200, body } => serde_json::from_slice(&body).map_err(|error| {
            told("cli-console-strange", url, &error.to_string()).with_hint(Sentence::new("cli-console-strange-hint"))
        }),
        Answer { status: 401, .. } => {
            Err(Failure::new(at("cli-console-locked", url)).with_hint(Sentence::new("cli-console-locked-hint")))
        }
        Answer { status: 403, .. } => {
            Err(Failure::new(at("cli-console-forbidden", url)).with_hint(Sentence::new("cli-console-forbidden-hint")))
        }
        Answer { status, .. } => Err(Failure::new(at("cli-console-status", url).with("status", status.to_string()))),
    }
}

/// A sentence about the console at the URL.
fn at(message: &'static str, url: &StoreUrl) -> Sentence {
    Sentence::new(message).with("url", url.to_string())
}

fn told(message: &'static str, url: &StoreUrl, error: &str) -> Failure {
    Failure::new(at(message, url).with("error", error))
}

/// What to ask: the URL may name the console, or its page of the status.
fn address(url: &StoreUrl) -> Result<Address, Failure> {
    if url.scheme() == "https" {
        let hint = Sentence::new("cli-console-encrypted-hint").with("command", CURL);
        return Err(Failure::new(at("cli-console-encrypted", url)).with_hint(hint));
    }
    let rest = url.rest().strip_prefix("//").unwrap_or_default();
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.find('/').map_or((rest, ""), |place| rest.split_at(place));
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".json").unwrap_or(path);
    let prefix = path.strip_suffix(PATH).unwrap_or(path);
    let is_plain = |text: &str| text.chars().all(|letter| letter.is_ascii_graphic());
    if authority.is_empty() || authority.contains('@') || !is_plain(rest) {
        return Err(Failure::new(at("cli-console-no-address", url)));
    }
    Ok(Address { authority: authority.to_owned(), path: format!("{prefix}{PATH}.json") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<(String, String), Failure> {
        address(&StoreUrl::new(url).unwrap()).map(|address| (address.authority, address.path))
    }

    #[test]
    fn the_url_names_the_console_or_its_page() {
        for (url, prefix) in [
            ("http://a:3000", ""),
            ("http://a:3000/", ""),
            ("http://a:3000/.sys/job/status", ""),
            ("http://a:3000/jobs/.sys/job/status.json?x=1", "/jobs"),
            ("http://a:3000/jobs/", "/jobs"),
        ] {
            assert_eq!(of(url), Ok(("a:3000".to_owned(), format!("{prefix}/.sys/job/status.json"))), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_a_remedy() {
        for url in ["http:", "http://", "http:///x", "http://a b/", "http://user:pw@a/", "http://a/\r\nX: y"] {
            let failure = of(url).unwrap_err();
            assert!(failure.to_string().contains("expected `http://HOST:PORT`"), "{url}: {failure}");
            assert!(!failure.to_string().contains("pw"), "{failure}");
        }
        assert!(of("https://a/").unwrap_err().hint(Language::English).is_some_and(|hint| hint.contains("curl")));
    }
}
