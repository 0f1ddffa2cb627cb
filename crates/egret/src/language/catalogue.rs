//! The compiled-in messages.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::value::grouped;
use super::{Language, TextValue};

/// The files of one language.
macro_rules! files {
    ($language:literal: $($file:literal),* $(,)?) => {
        [$(($file, include_str!(concat!("../../locales/", $language, "/", $file, ".ftl")))),*]
    };
}

/// One file a subject. A new one is added to both lists.
static ENGLISH: [(&str, &str); 9] =
    files!("en": "states", "limits", "status", "why", "tasks", "services", "logs", "bulk", "store");
static JAPANESE: [(&str, &str); 9] =
    files!("ja": "states", "limits", "status", "why", "tasks", "services", "logs", "bulk", "store");

/// What the files say, parsed when a language is first spoken. They are constants of the program.
static BUNDLES: [LazyLock<FluentBundle<FluentResource>>; 2] =
    [LazyLock::new(|| bundle(Language::English)), LazyLock::new(|| bundle(Language::Japanese))];

pub(super) fn format(language: Language, name: &str, arguments: &[(&str, TextValue)]) -> String {
    let bundle = &BUNDLES[index(language)];
    let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else {
        tracing::error!(message = name, %language, "a message is missing in the language files");
        return name.to_owned();
    };
    let arguments: FluentArgs<'_> = arguments.iter().map(|(name, value)| (*name, value.to_fluent())).collect();
    let mut faults = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&arguments), &mut faults).into_owned();
    if !faults.is_empty() {
        tracing::error!(message = name, %language, ?faults, "a message lacks arguments");
    }
    text
}

const fn index(language: Language) -> usize {
    match language {
        Language::English => 0,
        Language::Japanese => 1,
    }
}

fn files(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => &ENGLISH,
        Language::Japanese => &JAPANESE,
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let tag = language.code().parse().expect("the code of a language is a language tag");
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // The marks that keep directions apart are for pages that mix them; here they would be copied out of terminals.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(grouped(number.value)),
        _ => None,
    }));
    for (file, text) in files(language) {
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*text).to_owned());
        if bundle.add_resource(resource).is_err() {
            tracing::error!(file, %language, "a language file repeats a message");
        }
    }
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use super::*;

    /// The messages of a language with the arguments that each takes. Every name has a hyphen.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut messages = BTreeMap::new();
        for (file, text) in files(language) {
            FluentResource::try_new((*text).to_owned())
                .unwrap_or_else(|(_, errors)| panic!("{language}/{file}.ftl cannot be read: {errors:?}"));
            let mut name = String::new();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                if let Some((head, _)) = line.split_once('=').filter(|_| !line.starts_with([' ', '}', '['])) {
                    name = head.trim().to_owned();
                    let is_new = messages.insert(name.clone(), BTreeSet::new()).is_none();
                    assert!(is_new && name.contains('-'), "{language}/{file}.ftl: `{name}`");
                }
                let used = line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next());
                messages.entry(name.clone()).or_default().extend(used.map(str::to_owned));
            }
            messages.remove("");
        }
        messages
    }

    #[test]
    fn every_language_has_every_message_with_the_same_arguments() {
        assert_eq!(messages(Language::English), messages(Language::Japanese));
    }

    #[test]
    fn every_message_can_be_said() {
        for language in Language::ALL {
            for (name, arguments) in messages(language) {
                let given: Vec<(&str, TextValue)> =
                    arguments.iter().map(|argument| (argument.as_str(), TextValue::Number(2))).collect();
                let text = format(language, &name, &given);
                assert!(text != name && !text.contains("{$"), "{language}: `{name}` says `{text}`");
            }
        }
    }

    #[test]
    fn every_message_that_the_code_names_is_written() {
        let known = messages(Language::English);
        let mut files = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        files.retain(|file| !file.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language")));
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for call in [".text(\"", ".text_with(\""] {
                for name in
                    text.split(call).skip(1).filter_map(|rest| rest.split('"').next()).filter(|name| name.contains('-'))
                {
                    assert!(known.contains_key(name), "{} names the message `{name}`", file.display());
                }
            }
        }
    }

    #[test]
    fn a_message_that_nobody_wrote_is_shown_by_its_name() {
        assert_eq!(format(Language::Japanese, "no-such-message", &[]), "no-such-message");
    }

    #[test]
    fn numbers_are_grouped() {
        let arguments = [("queue", "low".into()), ("limit", 41_200_u64.into())];
        assert!(format(Language::English, "limit-queue-full", &arguments).contains("41,200"));
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }
}
