//! One request: who asks, for what, and in which words the answer is to be.

mod answer;
mod attachment;
mod cookies;
mod fields;
mod moment;
mod notice;
mod preferences;
mod segment;
#[cfg(test)]
mod staged;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::OriginalUri;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use egret::App;
use egret::language::{Reader, TextValue};
use egret_core::{Backend, Timestamp};

pub(crate) use self::answer::{Answer, dress, refuse, retry_after};
pub(crate) use self::cookies::{Cookie, cookie};
pub(crate) use self::fields::Fields;
pub(crate) use self::moment::Moment;
pub(crate) use self::notice::Notice;
pub(crate) use self::preferences::{LANGUAGE, Preferences, THEME, Theme};
pub(crate) use self::segment::segment;
#[cfg(test)]
pub(crate) use self::staged::staged;
use crate::access::{Entry, Need, TOKEN_PARAMETER, Viewer, origin_of};
use crate::console::Desk;
use crate::serve::Ending;
use crate::words::WORDS;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) desk: Arc<Desk>,
    pub(crate) method: Method,
    /// What lies before the console's own paths: empty when it stands alone, without a slash at the end.
    pub(crate) base: String,
    /// The console's own path.
    pub(crate) path: String,
    /// Path and query as they were sent, prefix included.
    pub(crate) address: String,
    pub(crate) query: Fields,
    /// What the form says; empty for requests without one.
    pub(crate) form: Fields,
    pub(crate) parameters: HashMap<String, String>,
    pub(crate) headers: HeaderMap,
    /// Nobody on open pages, as long as nobody came in.
    pub(crate) viewer: Option<Viewer>,
    pub(crate) reader: Reader,
    pub(crate) theme: Theme,
    /// What the page before wants said on this one.
    pub(crate) notice: Option<Notice>,
    /// From where it comes, and whether the way is encrypted.
    pub(crate) origin: crate::access::Origin,
    /// Tells long answers that the console is to stop.
    pub(crate) ending: Option<Ending>,
    /// The store's now.
    pub(crate) now: Timestamp,
}

impl Visit {
    /// Reads the head of a request.
    pub(crate) fn new<'a>(
        desk: Arc<Desk>,
        parts: &Parts,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        now: Timestamp,
    ) -> Self {
        let preferences = Preferences::of(&parts.headers, desk.app.config());
        let path = parts.uri.path().to_owned();
        let original = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let named = parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            method: parts.method.clone(),
            base: base(original.path(), &path).to_owned(),
            address: original.path_and_query().map_or_else(String::new, ToString::to_string),
            query: Fields::of_query(&parts.uri),
            form: Fields::default(),
            parameters: named.collect(),
            headers: parts.headers.clone(),
            viewer: None,
            reader: preferences.reader,
            theme: preferences.theme,
            notice: Notice::of(&parts.headers),
            ending: parts.extensions.get().cloned(),
            origin: origin_of(parts, &desk.options),
            now,
            path,
            desk,
        }
    }

    pub(crate) fn app(&self) -> &App {
        &self.desk.app
    }

    pub(crate) fn backend(&self) -> &Arc<dyn Backend> {
        self.desk.app.backend()
    }

    /// A part of the path, without the ending that asks for JSON.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let value = self.parameters.get(name).map_or("", String::as_str);
        value.strip_suffix(".json").unwrap_or(value)
    }

    /// Whether the answer is to be JSON: the path says so, or the client takes nothing else.
    pub(crate) fn wants_json(&self) -> bool {
        let accepts = self.header(header::ACCEPT);
        self.path.ends_with(".json") || (accepts.contains("application/json") && !accepts.contains("text/html"))
    }

    /// Whether a script asks that follows no redirects to pages.
    pub(crate) fn is_script(&self) -> bool {
        self.headers.get("x-requested-with").is_some_and(|value| value == "XMLHttpRequest")
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A message in the reader's language.
    pub(crate) fn t(&self, message: &str) -> String {
        WORDS.text(self.reader.language, message)
    }

    /// A message with arguments.
    pub(crate) fn tw(&self, message: &str, arguments: &[(&str, TextValue)]) -> String {
        WORDS.text_with(self.reader.language, message, arguments)
    }

    /// The address of one of the console's paths, for links.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address of this page with its query, access tokens apart: it goes into links and to the login page.
    pub(crate) fn here(&self) -> String {
        let query = self.query.without(TOKEN_PARAMETER).to_query();
        if query.is_empty() { self.link(&self.path) } else { format!("{}?{query}", self.link(&self.path)) }
    }

    /// Whether the viewer may do what asks for this.
    pub(crate) fn may(&self, need: Need) -> bool {
        need == Need::Open || self.viewer.as_ref().is_some_and(|viewer| viewer.may(need))
    }

    /// Whether he may change things here and now: buttons for what he may not are not shown.
    pub(crate) fn may_change(&self) -> bool {
        self.may(Need::Operate) && self.desk.options.writing == crate::Writing::Allowed
    }

    /// The name of the viewer; empty for nobody.
    pub(crate) fn name(&self) -> &str {
        self.viewer.as_ref().map_or("", |viewer| &viewer.name)
    }

    /// What forms of this visit carry.
    pub(crate) fn csrf(&self) -> String {
        match self.viewer.as_ref().map(|viewer| &viewer.entry) {
            Some(Entry::Session { csrf, .. }) => csrf.clone(),
            Some(Entry::Host) => crate::access::host_csrf(&self.desk, self.name()),
            _ => String::new(),
        }
    }

    /// A moment as a page shows it.
    pub(crate) fn moment(&self, moment: Timestamp) -> Moment {
        Moment::new(moment, self.now, &self.reader)
    }

    /// A moment that a store of others may not know: it is then the begin of 1970.
    pub(crate) fn known_moment(&self, moment: Timestamp) -> Option<Moment> {
        (moment > Timestamp::UNIX_EPOCH).then(|| self.moment(moment))
    }
}

/// What lies before the console's own path. A prefix that is asked for without a slash at its end is all of the path.
fn base<'a>(original: &'a str, path: &str) -> &'a str {
    match original.strip_suffix(path) {
        Some(base) => base,
        None if path == "/" => original,
        None => "",
    }
}

/// The path with its query, without what names another host.
pub(crate) fn local(uri: &str) -> Option<String> {
    // `//host` and `/\host` lead elsewhere in browsers.
    let is_local = uri.starts_with('/') && !uri[1..].starts_with(['/', '\\']) && !uri.contains(char::is_control);
    is_local.then(|| uri.parse::<Uri>().ok()).flatten().map(|uri| uri.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_host_are_gone_back_to() {
        assert_eq!(local("/.sys/job/status?a=1").as_deref(), Some("/.sys/job/status?a=1"));
        for elsewhere in
            ["//evil.example/", "/\\evil.example/", "https://evil.example/", "", "javascript:alert(1)", "/a\r\nb"]
        {
            assert_eq!(local(elsewhere), None, "{elsewhere}");
        }
    }
}
