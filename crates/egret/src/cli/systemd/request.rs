//! What units are made from: the configuration, this program and the options.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::super::{Failure, Session};
use super::Units;
use crate::app::StorePlace;
use crate::config::{Config, DEFAULT_SECTION, Mode, Origin, StoreUrl};
use crate::language::Language;
use crate::program::Reexec;
use crate::systemd::UnitRequest;

/// The name of units that nobody named. Two applications on one machine need two names.
const NAME: &str = "egret-job";

impl Units {
    /// What the units are made from. Opens no store: root would make files that the service may not write.
    pub(super) fn request(&self, session: &Session) -> Result<UnitRequest, Failure> {
        let (config, language) = (session.config(), session.language());
        let section = config.section(self.section.as_deref().unwrap_or(DEFAULT_SECTION));
        let section = section.map_err(|error| session.refusal(&error))?.clone();
        let root =
            std::fs::canonicalize(&config.root).map_err(|error| failed_to_find(&config.root, &error, language))?;
        if section.mode == Mode::OnDemand && !self.on_demand {
            let arguments = [("section", section.section.as_str().into())];
            session.output().note(language.text_with("systemd-section-on-demand", &arguments));
        }
        let place = StorePlace::of(config, &root);
        Ok(UnitRequest {
            name: name(self.name.as_deref(), &section.section, language)?,
            executable: Reexec::current()?.executable()?.to_owned(),
            environment: config.environment.clone(),
            url: url(config, language)?,
            store_units: place.units,
            store_folder: place.folder.filter(|folder| !folder.starts_with(&root)),
            watched_files: place.watched_files,
            user: match &self.user {
                Some(user) => checked_user(user, language)?,
                None => owner(&root, language)?,
            },
            n_instances: self.instances,
            section,
            root,
        })
    }
}

fn name(given: Option<&str>, section: &str, language: Language) -> Result<String, Failure> {
    let name = match given {
        Some(name) => name.to_owned(),
        None if section == DEFAULT_SECTION => NAME.to_owned(),
        None => format!("{NAME}-{section}"),
    };
    // Source: systemd.unit(5), without `@` and `\`, which mean something in names.
    let is_sound = |letter: char| letter.is_ascii_alphanumeric() || ":-_.".contains(letter);
    if name.is_empty() || name.len() > 200 || !name.chars().all(is_sound) {
        let message = language.text_with("systemd-bad-name", &[("name", name.into())]);
        return Err(Failure::usage(message).with_hint(language.text("systemd-bad-name-hint")));
    }
    Ok(name)
}

/// The store's URL where no file of the application says it, for the service would look for another store.
fn url(config: &Config, language: Language) -> Result<Option<String>, Failure> {
    let origin = config.values().as_mapping().and_then(|values| values.get("url")).map(|value| &value.origin);
    if matches!(origin, None | Some(Origin::Default | Origin::File { .. })) {
        return Ok(None);
    }
    if has_password(&config.url) {
        let message = language.text_with("systemd-password", &[("url", config.url.to_string().into())]);
        return Err(Failure::new(message).with_hint(language.text("systemd-password-hint")));
    }
    Ok(Some(config.url.as_str().to_owned()))
}

fn has_password(url: &StoreUrl) -> bool {
    url.to_string() != url.as_str()
}

/// A user's name, or a number, that systemd takes. Whether there is such a user is known where the service will run.
fn checked_user(user: &str, language: Language) -> Result<String, Failure> {
    // Source: systemd 257, `src/basic/user-util.c`, `valid_user_group_name`, without what only its strict form refuses.
    let is_sound = |letter: char| !letter.is_whitespace() && !letter.is_control() && !":/".contains(letter);
    let is_name = !user.is_empty() && !user.starts_with(['-', '.']) && user.chars().all(is_sound);
    if !is_name {
        let message = language.text_with("systemd-bad-user", &[("user", user.into())]);
        return Err(Failure::usage(message).with_hint(language.text("systemd-root-hint")));
    }
    Ok(user.to_owned())
}

/// Whoever the application's folder belongs to.
fn owner(root: &Path, language: Language) -> Result<String, Failure> {
    let uid = std::fs::metadata(root).map_err(|error| failed_to_find(root, &error, language))?.uid();
    if uid == 0 {
        let message = language.text_with("systemd-root", &[("path", root.display().to_string().into())]);
        return Err(Failure::new(message).with_hint(language.text("systemd-root-hint")));
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    Ok(user_name(&users, uid).unwrap_or_else(|| uid.to_string()))
}

fn failed_to_find(folder: &Path, error: &std::io::Error, language: Language) -> Failure {
    let sentence = language.text_with("systemd-no-folder", &[("path", folder.display().to_string().into())]);
    Failure::new(format!("{sentence}: {error}"))
}

/// Source: passwd(5), `name:password:uid:…`.
fn user_name(users: &str, uid: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_named_after_the_section() {
        let name = |given, section| name(given, section, Language::English);
        assert_eq!(name(None, "default").unwrap(), "egret-job");
        assert_eq!(name(None, "mail").unwrap(), "egret-job-mail");
        assert_eq!(name(Some("shop"), "mail").unwrap(), "shop");
        for bad in ["a b", "a@b", "../x", ""] {
            assert!(name(Some(bad), "mail").is_err(), "{bad}");
        }
    }

    #[test]
    fn users_are_what_systemd_takes() {
        for good in ["www", "33", "web-1", "Ｗeb"] {
            assert_eq!(checked_user(good, Language::English).unwrap(), good);
        }
        for bad in ["", "a b", "a\nExecStart=/bin/sh", "a:b", "../x", "-x", "a/b"] {
            assert!(checked_user(bad, Language::English).is_err(), "{bad}");
        }
    }

    #[test]
    fn finds_the_name_of_a_user() {
        let users = "root:x:0:0::/root:/bin/sh\nweb:x:33:33::/var/www:/bin/false\n";
        assert_eq!(user_name(users, 33).as_deref(), Some("web"));
        assert_eq!(user_name(users, 34), None);
    }
}
