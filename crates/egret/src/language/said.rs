//! What stores say, in the language of whoever reads it.

use std::error::Error as StdError;
use std::fmt;

use egret_core::{Saying, SayingPart};

use super::{Catalogue, Language, Sentence, TextValue};
use crate::error::chain;

/// What errors of stores say, and of what is asked of them. The English words stand beside the code that says them, in
/// `words!`.
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
    /// The cause behind it: of a store too, or in the system's own words.
    cause: Option<Said>,
}

impl Said {
    /// An error with all its causes in a line.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command line says it"))]
    pub(crate) fn of(error: &(dyn StdError + 'static)) -> Self {
        if let Some(sentence) = error.downcast_ref::<Sentence>() {
            return Self::Sentence(sentence.clone());
        }
        let english = chain(error);
        let saying = match (error.downcast_ref::<egret_core::Error>(), error.downcast_ref::<crate::Error>()) {
            (Some(error), _) => error.saying(),
            (_, Some(error)) => error.saying(),
            (None, None) => None,
        };
        match saying {
            Some(saying) => {
                let cause = error.source().map(Self::of);
                Self::OfStore(Box::new(OfStore { english, saying: saying.clone(), cause }))
            }
            None => Self::Words(english),
        }
    }

    /// What it says in a language; in English where nobody has translated it.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Sentence(sentence) => sentence.text(language),
            Self::OfStore(said) => match (language.saying(&said.saying), &said.cause) {
                (Some(words), None) => words,
                (Some(words), Some(cause)) => format!("{words}: {}", cause.text(language)),
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

    /// Whose errors reach operators.
    const SPEAKERS: [&str; 5] =
        ["crates/egret-core", "crates/egret", "backends/sqlite", "backends/redis", "backends/delayed_job"];

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    /// Sources without their tests, in one line each, whatever lines rustfmt makes of them.
    fn sources(crates: &[&str]) -> Vec<(String, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folders = crates.iter().map(|name| root.join(name).join("src"));
        let is_code = |path: &PathBuf| {
            let path = path.to_string_lossy();
            path.ends_with(".rs") && !path.ends_with("tests.rs") && !path.contains("/language/")
        };
        let code = |path: PathBuf| {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = code.lines().map(str::trim).filter(|line| !line.starts_with("//"));
            (path.display().to_string(), lines.collect::<Vec<_>>().join(" ").replace("( ", "("))
        };
        folders.flat_map(|folder| files(&folder)).filter(is_code).map(code).collect()
    }

    /// What stands behind each occurrence of a beginning, up to the next quotation mark.
    fn quoted_behind(code: &str, beginning: &str) -> Vec<String> {
        code.split(beginning).skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
    }

    /// The messages that the code names, with the arguments of each.
    fn messages(code: &str) -> Vec<(String, BTreeSet<String>)> {
        let call = |rest: &str| {
            let name = rest.split('"').next().unwrap_or_default().to_owned();
            let mut depth = 1;
            let is_inside = |letter: &char| {
                depth += i32::from(*letter == '(') - i32::from(*letter == ')');
                depth > 0
            };
            let call: String = rest.chars().take_while(is_inside).collect();
            let words: Vec<&str> = call.split([' ', ',']).filter(|word| !word.is_empty()).collect();
            let arguments = words.windows(2).filter(|pair| pair[1] == "=").map(|pair| pair[0].to_owned());
            (name, arguments.collect())
        };
        code.split("words!(\"").skip(1).map(call).collect()
    }

    /// The words by which verbs are told.
    fn verbs(code: &str) -> Vec<String> {
        const CALLS: [&str; 23] = [
            "Words::verb(\"",
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
            ".cannot(\"",
            "stale_claim(\"",
            "unknown_service(\"",
            "change_task(\"",
            ".ask(\"",
            ".ask_all(\"",
            ".script(\"",
            ".tell_atomically(\"",
            ".tell_in_order(\"",
            ".iterate(token, \"",
            ".rows(\"",
            ".into_result(\"",
        ];
        CALLS.iter().flat_map(|call| quoted_behind(code, call)).collect()
    }

    #[test]
    fn everything_that_stores_say_is_said_in_japanese() {
        let japanese = OF_STORES.arguments(Language::Japanese);
        let (mut known, mut faults) = (BTreeSet::new(), OF_STORES.faults());
        // That English has none is how it is meant.
        faults.retain(|fault| !fault.ends_with("is not the same message in every language"));
        let sources = sources(&SPEAKERS);
        let parts: BTreeSet<String> =
            sources.iter().flat_map(|(_, code)| quoted_behind(code, "with_part(\"")).collect();
        for (path, code) in &sources {
            let verbs = verbs(code)
                .into_iter()
                .map(|verb| (format!("verb-{}", verb.replace([' ', '\''], "-")), BTreeSet::new()));
            let remedies = quoted_behind(code, "name: \"store-remedy-")
                .into_iter()
                .map(|name| (format!("store-remedy-{name}"), BTreeSet::new()));
            for (name, given) in messages(code).into_iter().chain(verbs).chain(remedies) {
                match japanese.get(&name) {
                    None => faults.push(format!("locales/ja/errors.ftl lacks `{name}` of {path}")),
                    Some(used) => faults.extend(
                        used.iter()
                            .filter(|argument| !given.contains(*argument) && !parts.contains(*argument))
                            .map(|argument| format!("`{name}` of {path} has no `{argument}`")),
                    ),
                }
                known.insert(name);
            }
        }
        assert!(known.len() > 200, "{known:?}");
        assert!(faults.is_empty(), "{faults:#?}");
        let general = ["store-verb-failed", "store-verb-refused"].map(str::to_owned);
        known.extend(general);
        let orphans: Vec<&String> = japanese.keys().filter(|name| !known.contains(*name)).collect();
        assert!(orphans.is_empty(), "nobody says {orphans:#?}");
    }

    #[test]
    fn no_error_of_a_store_is_in_english_only() {
        let mut faults = Vec::new();
        for (path, code) in sources(&SPEAKERS[2..]) {
            for rest in code.split(" Error::new(").skip(1).chain(code.split("(Error::new(").skip(1)) {
                let Some((_, words)) = rest.split_once(", ") else { continue };
                if words.starts_with(['"']) || words.starts_with("format!") || words.starts_with("message") {
                    faults.push(format!("{path}: {}", words.chars().take(60).collect::<String>()));
                }
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
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
