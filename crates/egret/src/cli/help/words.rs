//! The messages of helps.

use clap::builder::PossibleValue;

use crate::language::{Catalogue, Language};

/// Who knows the texts of a language.
pub(super) struct Words {
    catalogues: Vec<&'static Catalogue>,
    language: Language,
}

impl Words {
    pub(super) fn of(own: &'static Catalogue, added: &[&'static Catalogue], language: Language) -> Self {
        Self { catalogues: [own].into_iter().chain(added.iter().copied()).collect(), language }
    }

    /// The text of a message, if anybody wrote it.
    pub(super) fn say(&self, message: &str) -> Option<String> {
        let knows = |catalogue: &&&'static Catalogue| catalogue.has_in(self.language, message);
        self.catalogues.iter().find(knows).map(|catalogue| catalogue.text(self.language, message))
    }

    /// A heading, by its English text.
    pub(super) fn heading(&self, english: &str) -> String {
        let message = format!("heading-{}", english.to_lowercase().replace(' ', "-"));
        self.say(&message).unwrap_or_else(|| english.to_owned())
    }

    /// The message of an option, and what it says: its own, else that of the commands above, else that of all.
    pub(super) fn of_argument(&self, path: &str, id: &str) -> Option<(String, String)> {
        let above = std::iter::successors(Some(path), |path| path.rsplit_once('-').map(|(above, _)| above));
        let own = above.filter(|path| !path.is_empty()).map(|path| format!("help{path}__{id}"));
        own.chain([format!("help-any__{id}")]).find_map(|message| Some((message.clone(), self.say(&message)?)))
    }

    /// The value that holds where an option is not given.
    pub(super) fn default(&self, value: &str) -> String {
        format!(" [{}: {value}]", self.heading("default"))
    }

    /// What an option takes, in a line.
    pub(super) fn values(&self, values: &[&PossibleValue]) -> String {
        let names: Vec<&str> =
            values.iter().filter(|value| !value.is_hide_set()).map(|value| value.get_name()).collect();
        match names.is_empty() {
            true => String::new(),
            false => format!(" [{}: {}]", self.heading("values"), names.join(", ")),
        }
    }

    /// What each value means, where that is said.
    pub(super) fn explained(&self, message: &str, values: &[&PossibleValue]) -> Option<String> {
        let lines: Vec<String> = values
            .iter()
            .filter(|value| value.get_help().is_some() && !value.is_hide_set())
            .filter_map(|value| {
                let name = value.get_name();
                Some(format!("- {name}: {}", self.say(&format!("{message}__{name}"))?))
            })
            .collect();
        (!lines.is_empty()).then(|| format!("{}:\n{}", self.heading("values"), lines.join("\n")))
    }
}
