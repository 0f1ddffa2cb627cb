//! Cookies: reading one, and how those of the console are set.

use std::fmt::Write as _;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of a cookie, when it is shaped as all of ours are.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, value)| *found == name && is_plain(value)).map(|(_, value)| value)
}

fn is_plain(value: &str) -> bool {
    value.len() <= 1_000 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%/+".contains(&byte))
}

/// A cookie to be set.
#[derive(Clone, Debug)]
pub(crate) struct Cookie {
    name: &'static str,
    value: String,
    lifetime: Option<Duration>,
}

impl Cookie {
    /// A cookie that ends with the browser's session and that scripts do not see.
    pub(crate) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), lifetime: None }
    }

    /// A cookie that goes.
    pub(crate) fn gone(name: &'static str) -> Self {
        Self::new(name, "").lasting(Duration::ZERO)
    }

    /// Sets how long the browser keeps it.
    #[must_use]
    pub(crate) fn lasting(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// The header. `Secure` is for ways that are encrypted, or the browser would not send it back.
    pub(crate) fn header(&self, is_encrypted: bool) -> HeaderValue {
        let mut text = format!("{}={}; Path=/; SameSite=Lax; HttpOnly", self.name, self.value);
        if let Some(lifetime) = self.lifetime {
            write!(text, "; Max-Age={}", lifetime.as_secs()).expect("a string takes any text");
        }
        if is_encrypted {
            text.push_str("; Secure");
        }
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}
