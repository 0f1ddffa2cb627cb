//! Compiled-in messages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::value::grouped;
use super::{Language, TextValue};

/// Its name and what it says.
type File = (&'static str, &'static str);

/// The files of one language.
macro_rules! files {
    ($language:literal: $($file:literal),* $(,)?) => {
        [$(($file, include_str!(concat!("../../locales/", $language, "/", $file, ".ftl")))),*]
    };
}

/// One file a subject. A new one is added to both lists.
const ENGLISH: &[File] = &files!("en": "states", "limits", "status", "why", "tasks", "services", "logs", "bulk", "store", "listings", "bench", "systemd", "config", "check", "cli", "usage");
const JAPANESE: &[File] = &files!("ja": "states", "limits", "status", "why", "tasks", "services", "logs", "bulk", "store", "listings", "bench", "systemd", "config", "check", "cli", "usage");

/// What Egret itself says.
pub(super) static OWN: Catalogue = Catalogue::new(ENGLISH, JAPANESE);

/// Messages in every language, from Fluent files that are compiled in. Egret has one for itself; crates that say more to
/// people have one of their own.
///
/// ```
/// use egret::language::{Catalogue, Language};
///
/// static MESSAGES: Catalogue = Catalogue::new(
///     &[("greeting", "greeting-morning = Good morning, { $name }")],
///     &[("greeting", "greeting-morning = おはようございます、{ $name } さん")],
/// );
///
/// assert_eq!(MESSAGES.text_with(Language::English, "greeting-morning", &[("name", "Ada".into())]), "Good morning, Ada");
/// assert!(MESSAGES.faults().is_empty());
/// ```
#[derive(Debug)]
pub struct Catalogue {
    files: [&'static [File]; 2],
    /// What the files say, parsed when a language is first spoken. They are constants of the program.
    bundles: [OnceLock<Bundle>; 2],
}

impl Catalogue {
    /// The messages of files: their names, for reports of faults, and what they say.
    pub const fn new(
        english: &'static [(&'static str, &'static str)],
        japanese: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { files: [english, japanese], bundles: [OnceLock::new(), OnceLock::new()] }
    }

    /// The sentence of a message that takes no arguments; as [`Language::text`].
    pub fn text(&self, language: Language, message: &str) -> String {
        self.text_with(language, message, &[])
    }

    /// The sentence of a message with its arguments; as [`Language::text_with`].
    pub fn text_with(&self, language: Language, message: &str, arguments: &[(&str, TextValue)]) -> String {
        let bundle = &self.bundle(language).0;
        let Some(pattern) = bundle.get_message(message).and_then(|message| message.value()) else {
            tracing::error!(message, %language, "a message is missing in the language files");
            return message.to_owned();
        };
        let arguments: FluentArgs<'_> = arguments.iter().map(|(name, value)| (*name, value.to_fluent())).collect();
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut faults).into_owned();
        if !faults.is_empty() {
            tracing::error!(message, %language, ?faults, "a message lacks arguments");
        }
        text
    }

    /// Whether there is such a message.
    pub fn has(&self, message: &str) -> bool {
        self.bundle(Language::English).0.has_message(message)
    }

    /// Whether a language has such a message, whatever others have.
    pub fn has_in(&self, language: Language, message: &str) -> bool {
        self.bundle(language).0.has_message(message)
    }

    /// The names of the messages of a language, in order. For tests: it reads the files again.
    pub fn names(&self, language: Language) -> Vec<String> {
        self.messages(language, &mut Vec::new()).into_keys().collect()
    }

    /// The messages of a language with the arguments that each takes. For tests: it reads the files again.
    pub fn arguments(&self, language: Language) -> BTreeMap<String, BTreeSet<String>> {
        self.messages(language, &mut Vec::new())
    }

    /// What is wrong with the files: what cannot be read, is written twice, stands in one language only or takes other
    /// arguments there. For tests: it reads all of them.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let [english, japanese] = Language::ALL.map(|language| self.messages(language, &mut faults));
        for name in english.keys().chain(japanese.keys()).collect::<BTreeSet<_>>() {
            if english.get(name) != japanese.get(name) {
                faults.push(format!("`{name}` is not the same message in every language"));
            }
        }
        faults
    }

    /// The messages of a language with the arguments that each takes.
    fn messages(&self, language: Language, faults: &mut Vec<String>) -> BTreeMap<String, BTreeSet<String>> {
        let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (file, text) in self.files[index(language)] {
            if let Err((_, errors)) = FluentResource::try_new((*text).to_owned()) {
                faults.push(format!("{language}/{file}.ftl cannot be read: {errors:?}"));
            }
            let mut name = String::new();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                if let Some((head, _)) = line.split_once('=').filter(|_| !line.starts_with([' ', '}', '['])) {
                    name = head.trim().to_owned();
                    if messages.insert(name.clone(), BTreeSet::new()).is_some() || !name.contains('-') {
                        faults.push(format!("{language}/{file}.ftl: `{name}` is there twice, or lacks its hyphen"));
                    }
                }
                let used = line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next());
                messages.entry(name.clone()).or_default().extend(used.map(str::to_owned));
            }
            messages.remove("");
        }
        messages
    }

    fn bundle(&self, language: Language) -> &Bundle {
        let index = index(language);
        self.bundles[index].get_or_init(|| Bundle::of(language, self.files[index]))
    }
}

/// The parsed messages of one language.
struct Bundle(FluentBundle<FluentResource>);

impl std::fmt::Debug for Bundle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Bundle").field(&self.0.locales).finish()
    }
}

const fn index(language: Language) -> usize {
    match language {
        Language::English => 0,
        Language::Japanese => 1,
    }
}

impl Bundle {
    fn of(language: Language, files: &[File]) -> Self {
        let tag = language.code().parse().expect("the code of a language is a language tag");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // The marks that keep directions apart are for pages that mix them; here they would be copied out of terminals.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(grouped(number.value)),
            _ => None,
        }));
        for (file, text) in files {
            let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*text).to_owned());
            if bundle.add_resource(resource).is_err() {
                tracing::error!(file, %language, "a language file repeats a message");
            }
        }
        Self(bundle)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    #[test]
    fn every_language_has_every_message_with_the_same_arguments() {
        assert_eq!(OWN.faults(), [""; 0]);
    }

    #[test]
    fn differences_between_languages_are_found() {
        let catalogue = Catalogue::new(
            &[("a", "a-one = { $n } x\na-two = y\nbare = z")],
            &[("a", "a-one = x\na-two = y\na-two = y\nbare = z\na-three = { $x")],
        );
        let faults = catalogue.faults().join("\n");
        for expected in
            ["`a-one` is not the same", "`a-three` is not", "`a-two` is there twice", "`bare`", "cannot be read"]
        {
            assert!(faults.contains(expected), "{expected}: {faults}");
        }
    }

    #[test]
    fn every_message_can_be_said() {
        for language in Language::ALL {
            for (name, arguments) in OWN.messages(language, &mut Vec::new()) {
                let given: Vec<(&str, TextValue)> =
                    arguments.iter().map(|argument| (argument.as_str(), TextValue::Number(2))).collect();
                let text = OWN.text_with(language, &name, &given);
                assert!(text != name && !text.contains("{$"), "{language}: `{name}` says `{text}`");
            }
        }
    }

    #[test]
    fn every_message_that_the_code_names_is_written() {
        let mut files = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        files.retain(|file| !file.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language")));
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for call in [".text(\"", ".text_with(\"", "Sentence::new(\"", "say(\""] {
                for name in
                    text.split(call).skip(1).filter_map(|rest| rest.split('"').next()).filter(|name| name.contains('-'))
                {
                    assert!(OWN.has(name), "{} names the message `{name}`", file.display());
                }
            }
        }
    }

    #[test]
    fn a_message_that_nobody_wrote_is_shown_by_its_name() {
        assert_eq!(OWN.text(Language::Japanese, "no-such-message"), "no-such-message");
    }

    #[test]
    fn numbers_are_grouped() {
        let arguments = [("queue", "low".into()), ("limit", 41_200_u64.into())];
        assert!(OWN.text_with(Language::English, "limit-queue-full", &arguments).contains("41,200"));
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }
}
