//! What a reader prefers: language, zone, theme.

use axum::http::{HeaderMap, header};
use egret::config::Config;
use egret::language::{Language, Reader, TimeZone};

use super::cookie;

pub(crate) const LANGUAGE: &str = "egret_lang";
pub(crate) const THEME: &str = "egret_theme";
/// The script writes it, from the browser's own zone.
const ZONE: &str = "egret_zone";

/// What a reader prefers.
#[derive(Clone, Debug)]
pub(crate) struct Preferences {
    pub(crate) reader: Reader,
    pub(crate) theme: Theme,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == name)
    }

    /// The one that a click on the switch leads to.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::System => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::System,
        }
    }
}

impl Preferences {
    /// Cookies of the reader's choice, else what the browser accepts, else the configuration, else English in the
    /// machine's zone.
    pub(crate) fn of(headers: &HeaderMap, config: &Config) -> Self {
        let chosen = cookie(headers, LANGUAGE).and_then(Language::of_tag);
        let language = chosen.or_else(|| accepted(headers)).or(config.locale).unwrap_or_default();
        let zone = cookie(headers, ZONE).map(|name| name.replace("%2F", "/"));
        let zone = zone.and_then(|name| TimeZone::get(&name).ok());
        let zone = zone.or_else(|| config.time_zone.clone()).unwrap_or_else(TimeZone::system);
        let theme = cookie(headers, THEME).and_then(Theme::of_name).unwrap_or_default();
        Self { reader: Reader::new(language, zone), theme }
    }
}

/// The spoken language that the browser likes best (RFC 9110, section 12.5.4).
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let line = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let wishes = line.split(',').take(20).filter_map(|wish| {
        let (tag, weight) = wish.trim().split_once(";q=").unwrap_or((wish.trim(), "1"));
        let weight: f32 = weight.trim().parse().ok()?;
        // A letter sent first is liked better among equals, so the last maximum would be wrong.
        Some((Language::of_tag(tag.trim())?, weight))
    });
    wishes
        .filter(|(_, weight)| *weight > 0.0)
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(accept: &str, cookies: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        headers.insert(header::COOKIE, cookies.parse().unwrap());
        let mut config = Config::default();
        config.locale = Some(Language::Japanese);
        Preferences::of(&headers, &config).reader.language
    }

    #[test]
    fn the_choice_comes_before_the_browser_and_the_browser_before_the_configuration() {
        assert_eq!(language("ja,en;q=0.5", "egret_lang=en"), Language::English);
        assert_eq!(language("en-GB,ja;q=0.5", ""), Language::English);
        assert_eq!(language("ja;q=0.5, en;q=0.9", "a=b; egret_lang=xx"), Language::English);
        assert_eq!(language("de, fr;q=0.9", ""), Language::Japanese);
        assert_eq!(language("en;q=0", ""), Language::Japanese);
        assert_eq!(language("en;q=x,,;;", "egret_lang"), Language::Japanese);
    }
}
