//! What stores say, in the language of whoever reads it.

use std::error::Error as StdError;
use std::fmt;

use egret_core::{Saying, SayingPart};

use super::{Catalogue, Language, Sentence, TextValue};
use crate::error::chain;

/// What errors of stores say. The English words stand beside the code that says them, in each backend.
static OF_STORES: Catalogue = Catalogue::new(&[], &[("errors", include_str!("../../locales/ja/errors.ftl"))]);

/// Words for people that may have to be said in another language later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// These words, whatever the language.
    Words(String),
    /// A message of Egret itself.
    Sentence(Sentence),
    /// What a store said.
    OfStore(Box<OfStore>),
}

/// What a store said, and for which reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfStore {
    english: String,
    saying: Saying,
    /// The causes behind it, which are the system's own words.
    causes: Option<String>,
}

impl Said {
    /// An error with all its causes in a line.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command line says it"))]
    pub(crate) fn of(error: &(dyn StdError + 'static)) -> Self {
        let english = chain(error);
        let saying = match (error.downcast_ref::<egret_core::Error>(), error.downcast_ref::<crate::Error>()) {
            (Some(error), _) => error.saying(),
            (_, Some(error)) => error.saying(),
            (None, None) => None,
        };
        match saying {
            Some(saying) => {
                let causes = error.source().map(chain);
                Self::OfStore(Box::new(OfStore { english, saying: saying.clone(), causes }))
            }
            None => Self::Words(english),
        }
    }

    /// What it says in a language; in English where nobody has translated it.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Sentence(sentence) => sentence.text(language),
            Self::OfStore(said) => match (language.saying(&said.saying), &said.causes) {
                (Some(words), None) => words,
                (Some(words), Some(causes)) => format!("{words}: {causes}"),
                (None, _) => said.english.clone(),
            },
        }
    }
}

impl Language {
    /// What a message of a store says; `None` where it is not translated, as in English.
    pub(crate) fn saying(self, saying: &Saying) -> Option<String> {
        if !OF_STORES.has_in(self, saying.name()) {
            return None;
        }
        let arguments: Option<Vec<(&str, TextValue)>> = saying
            .arguments()
            .iter()
            .map(|(name, part)| match part {
                SayingPart::Text(text) => Some((*name, text.as_str().into())),
                SayingPart::Saying(part) => self.saying(part).map(|words| (*name, words.into())),
                _ => None,
            })
            .collect();
        arguments.map(|arguments| OF_STORES.text_with(self, saying.name(), &arguments))
    }
}

/// In English.
impl fmt::Display for Said {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text(Language::English))
    }
}

impl From<String> for Said {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Said {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<Sentence> for Said {
    fn from(sentence: Sentence) -> Self {
        Self::Sentence(sentence)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    /// The texts behind each of the beginnings, in all sources of the embedded store.
    fn told(beginnings: &[&str]) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../backends/sqlite/src");
        let texts = sources(&folder).into_iter().map(|path| std::fs::read_to_string(path).unwrap());
        let words = |text: String| {
            let at = |beginning: &&str| -> Vec<String> {
                text.split(beginning).skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
            };
            beginnings.iter().flat_map(at).collect::<Vec<_>>()
        };
        texts.flat_map(words).collect()
    }

    #[test]
    fn everything_that_the_embedded_store_says_is_said_in_japanese() {
        let mut names = told(&["Saying::new(\"", "name: \"store-"]);
        names = names
            .into_iter()
            .map(|name| if name.starts_with("remedy") { format!("store-{name}") } else { name })
            .collect();
        let verbs = told(&[
            "Nature::light(\"",
            "Nature::durable(\"",
            ".call(\"",
            ".call_at_once(\"",
            ".call_blindly(\"",
            "failed(\"",
            "failed_io(\"",
            "assure(\"",
            "apart(\"",
            ".error(\"",
        ]);
        names.extend(
            verbs
                .iter()
                .filter(|verb| !verb.starts_with("failed"))
                .map(|verb| format!("verb-{}", verb.replace([' ', '\''], "-"))),
        );
        assert!(names.len() > 50, "{names:?}");
        let missing: Vec<&String> = names.iter().filter(|name| !OF_STORES.has_in(Language::Japanese, name)).collect();
        assert!(missing.is_empty(), "locales/ja/errors.ftl lacks {missing:#?}");
        let known: BTreeSet<String> = OF_STORES.names(Language::Japanese).into_iter().collect();
        let orphans: Vec<&String> = known.difference(&names).collect();
        assert!(orphans.is_empty(), "no store says {orphans:#?}");
    }

    #[test]
    fn a_message_that_nobody_translated_is_said_in_english_as_a_whole() {
        let part = Saying::new("verb-of-a-newer-store");
        let saying = Saying::new("store-verb-failed").with_part("verb", part);
        assert_eq!(Language::Japanese.saying(&saying), None);
        let error = egret_core::Error::new(egret_core::ErrorKind::Other, "failed to do it").with_saying(saying);
        assert_eq!(Said::of(&error).text(Language::Japanese), "failed to do it");
    }

    #[test]
    fn causes_stand_behind_what_was_said() {
        let saying = Saying::new("store-verb-failed").with_part("verb", Saying::new("verb-enqueue-jobs"));
        let error = egret_core::Error::new(egret_core::ErrorKind::Other, "failed to enqueue jobs")
            .with_saying(saying)
            .with_source(std::io::Error::other("no luck"));
        let said = Said::of(&error);
        assert_eq!(said.text(Language::English), "failed to enqueue jobs: no luck");
        let japanese = said.text(Language::Japanese);
        assert!(japanese.contains("ジョブの追加") && japanese.ends_with(": no luck"), "{japanese}");
    }
}
