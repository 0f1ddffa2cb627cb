//! The URL that selects the store.

use std::fmt;

/// The text of a store's URL, such as `sqlite:var/egret.db` or `postgres://app:secret@db/jobs`.
///
/// Here it is only known to have a scheme; the backend that the scheme selects judges the rest. `Display` and `Debug`
/// leave out the password, so that it may be logged; [`as_str`](Self::as_str) has it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StoreUrl(String);

impl StoreUrl {
    /// Takes a text that begins with a scheme (letters, digits, `+`, `-`, `.`, a letter first) and a colon.
    ///
    /// Returns `None` for any other text.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let (scheme, _) = text.split_once(':')?;
        let starts_well = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let goes_on_well = scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
        (starts_well && goes_on_well).then_some(Self(text))
    }

    /// The whole text, with the password if it has one.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first colon: `sqlite`, `postgres`, `sidekiq+redis`, …
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// The adapter's name that goes with the scheme, as `status.json` shows it; `None` for a scheme of nobody's.
    pub fn adapter(&self) -> Option<&'static str> {
        let scheme = self.scheme();
        let of_schemes = [
            ("sidekiq+redis", "sidekiq"),
            ("resque+redis", "resque"),
            ("delayed-job+", "delayed_job"),
            ("sqlite", "shirasagi"),
            ("memory", "async"),
        ];
        of_schemes.into_iter().find(|(prefix, _)| scheme.starts_with(prefix)).map(|(_, adapter)| adapter)
    }

    /// What stands behind the first colon: `var/egret.db`, `//app:secret@db/jobs`, …
    pub fn rest(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, rest)| rest)
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(&self.0))
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({:?})", without_password(&self.0))
    }
}

/// Replaces the password in `scheme://user:password@host/…` by three asterisks.
pub(super) fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    // A password may hold an unescaped `@` or `/` by mistake; the last `@` ends it in any case.
    let Some((login, place)) = rest.rsplit_once('@') else {
        return text.to_owned();
    };
    match login.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***@{place}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::StoreUrl;

    #[test]
    fn takes_what_has_a_scheme() {
        let url = StoreUrl::new("delayed-job+postgres://db/jobs").unwrap();
        assert_eq!((url.scheme(), url.rest()), ("delayed-job+postgres", "//db/jobs"));
        for text in ["", "var/egret.db", ":x", "1a:b", "a b:c"] {
            assert_eq!(StoreUrl::new(text), None, "{text}");
        }
    }

    #[test]
    fn shows_no_password() {
        let url = StoreUrl::new("postgres://app:s3cr@t/x@db:5432/jobs?a=b").unwrap();
        assert_eq!(url.to_string(), "postgres://app:***@db:5432/jobs?a=b");
        assert!(!format!("{url:?}").contains("s3cr"));
        assert!(url.as_str().contains("s3cr@t/x"));
        for text in ["postgres://app@db/jobs", "sqlite:var/egret.db", "redis://db:6379/0"] {
            assert_eq!(StoreUrl::new(text).unwrap().to_string(), text);
        }
    }
}
