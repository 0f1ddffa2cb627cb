//! The effective values, one by one, with where each comes from.

use super::Config;
use super::keys::{self, BESIDE, Key, SECTION};
use super::store_url::{self, StoreUrl};
use super::value::{Content, Mapping, Origin, Value};

/// Keys whose values nobody should read over somebody's shoulder, by a part of their name.
const SECRET: [&str; 4] = ["password", "secret", "token", "key"];
/// What is shown instead.
const MASK: &str = "***";

/// One value that holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Setting {
    /// The dotted path of its key, with the section: `default.polling.queues`.
    pub key: String,
    /// The value, passwords masked; [`Content::Null`] where nothing is set and nothing stands in.
    pub value: Content,
    /// Where it comes from; [`Origin::Default`] also where nothing is set.
    pub origin: Origin,
}

impl Config {
    /// Every value that holds, section by section and then those beside the sections. Passwords are masked.
    ///
    /// ```
    /// use egret::config::Config;
    ///
    /// let config = Config::default();
    /// let url = config.effective().into_iter().find(|setting| setting.key == "url").unwrap();
    /// assert_eq!((url.value.to_string(), url.origin.to_string()), ("sqlite:var/egret.db".into(), "default".into()));
    /// ```
    pub fn effective(&self) -> Vec<Setting> {
        let nothing = Mapping::default();
        let tree = self.values().as_mapping().unwrap_or(&nothing);
        let mut settings = Vec::new();
        for (name, section) in tree.iter().filter(|(name, _)| !keys::is_reserved(name)) {
            known(&SECTION, section.as_mapping().unwrap_or(&nothing), &format!("{name}."), &mut settings);
        }
        known(&BESIDE, tree, "", &mut settings);
        settings
    }
}

/// The values of known keys; a mapping leaf by leaf.
fn known(keys: &[Key], tree: &Mapping, prefix: &str, settings: &mut Vec<Setting>) {
    for key in keys {
        match tree.at(key.path).filter(|value| !value.is_null() || stand_in(key.path, tree).is_none()) {
            Some(value) => leaves(&format!("{prefix}{}", key.path), value, settings),
            None => {
                let (value, origin) = stand_in(key.path, tree).unwrap_or((Content::Null, Origin::Default));
                settings.push(Setting { key: format!("{prefix}{}", key.path), value, origin });
            }
        }
    }
}

/// What holds in place of a key that nobody set.
fn stand_in(path: &str, tree: &Mapping) -> Option<(Content, Origin)> {
    match path {
        "retention" => tree.get("keep_logs").map(|time| (plain(time), time.origin.clone())),
        "queue_adapter" => {
            let url = tree.get("url")?;
            let adapter = StoreUrl::new(url.content.to_string())?.adapter()?;
            Some((Content::Text(adapter.to_owned()), url.origin.clone()))
        }
        _ => None,
    }
}

fn leaves(key: &str, value: &Value, settings: &mut Vec<Setting>) {
    match value.as_mapping() {
        Some(mapping) => mapping.iter().for_each(|(name, value)| leaves(&format!("{key}.{name}"), value, settings)),
        None => settings.push(Setting {
            key: key.to_owned(),
            value: masked(key, &plain(value)),
            origin: value.origin.clone(),
        }),
    }
}

/// Variables and flags are texts; one with a number in it counts as the number.
fn plain(value: &Value) -> Content {
    match (&value.content, &value.origin) {
        (Content::Text(text), Origin::Variable(_) | Origin::Override(_)) => {
            text.parse().map_or_else(|_| value.content.clone(), Content::Integer)
        }
        (content, _) => content.clone(),
    }
}

fn masked(key: &str, content: &Content) -> Content {
    let last = key.rsplit('.').next().unwrap_or(key);
    let is_secret = SECRET.iter().any(|word| last.contains(word));
    match content {
        Content::Null => Content::Null,
        _ if is_secret => Content::Text(MASK.to_owned()),
        Content::Text(text) => Content::Text(store_url::without_password(text)),
        other => other.clone(),
    }
}
