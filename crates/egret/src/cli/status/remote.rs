//! The state as a console elsewhere tells it.

use super::super::{Exit, Failure};
use super::http::{self, Address, Answer};
use crate::config::StoreUrl;
use crate::language::Language;
use crate::status::Status;

/// Where a console tells it (SHIRASAGI 1.21.0, `config/routes/job/routes.rb`).
const PATH: &str = "/.sys/job/status";

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
        Failure::new(format!("failed to ask the console at `{url}`: {error}"))
            .with_hint("is it served there? `egret console --listen ADDRESS:PORT` serves it".to_owned())
    })?;
    match answer {
        Answer { status: 200, body } => serde_json::from_slice(&body).map_err(|error| {
            Failure::new(format!("`{url}` does not answer as a console of this version: {error}"))
                .with_hint("the URL is that of the console, such as http://127.0.0.1:3000".to_owned())
        }),
        Answer { status: 401, .. } => Err(Failure::new(format!(
            "the console at `{url}` lets nobody in with this token"
        ))
        .with_hint("make one there: `egret token create --user NAME --long-lived --scope status:read`".to_owned())),
        Answer { status: 403, .. } => {
            Err(Failure::new(format!("the token, or the role of its user, may not read the status at `{url}`"))
                .with_hint("the scope is `status:read`, the role at least `viewer`".to_owned()))
        }
        Answer { status, .. } => Err(Failure::new(format!("the console at `{url}` answers with the status {status}"))),
    }
}

/// What to ask: the URL may name the console, or its page of the status.
fn address(url: &StoreUrl) -> Result<Address, Failure> {
    if url.scheme() == "https" {
        return Err(Failure::new(format!("`{url}` is encrypted, which this program does not speak")).with_hint(
            "curl does: curl -sf -H \"Authorization: Bearer $EGRET_TOKEN\" https://HOST/.sys/job/status.json | jq .status"
                .to_owned(),
        ));
    }
    let rest = url.rest().strip_prefix("//").unwrap_or_default();
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.find('/').map_or((rest, ""), |place| rest.split_at(place));
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".json").unwrap_or(path);
    let prefix = path.strip_suffix(PATH).unwrap_or(path);
    let is_plain = |text: &str| text.chars().all(|letter| letter.is_ascii_graphic());
    if authority.is_empty() || authority.contains('@') || !is_plain(rest) {
        return Err(Failure::new(format!("`{url}` is no address of a console, expected `http://HOST:PORT`")));
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
