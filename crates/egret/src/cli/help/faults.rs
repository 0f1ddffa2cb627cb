//! What is wrong with the messages of helps: for tests.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, Command};

use super::words::Words;
use super::{OWN, path_of};
use crate::language::{Catalogue, Language};

/// Commands, options and values without a message, and messages of none of them, in a language that is not English.
pub(in super::super) fn faults(mut command: Command, language: Language, added: &[&'static Catalogue]) -> Vec<String> {
    command.build();
    let words = Words::of(&OWN, added, language);
    let mut look = Look { words: &words, used: BTreeSet::new(), meant: BTreeMap::new(), missing: Vec::new() };
    look.at_command(&command, "");
    let known = [&OWN].into_iter().chain(added.iter().copied()).flat_map(|catalogue| catalogue.names(language));
    let orphans = known.filter(|name| !look.used.contains(name) && !name.starts_with("heading-"));
    let orphans: Vec<String> = orphans.map(|name| format!("`{name}` belongs to no command and no option")).collect();
    look.missing.into_iter().chain(orphans).collect()
}

struct Look<'a> {
    words: &'a Words,
    used: BTreeSet<String>,
    /// What each message of options says in English.
    meant: BTreeMap<String, String>,
    missing: Vec<String>,
}

impl Look<'_> {
    fn at_command(&mut self, command: &Command, path: &str) {
        let message = if path.is_empty() { "help-egret".to_owned() } else { format!("help{path}") };
        self.need(&message, command.get_about().map(ToString::to_string));
        let long = command.get_long_about().map(ToString::to_string);
        self.need(&format!("{message}__more"), long);
        self.need(&format!("{message}__end"), command.get_after_help().map(ToString::to_string));
        command.get_arguments().for_each(|argument| self.at_argument(argument, path));
        if command.get_name() != "help" {
            for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
                self.at_command(inner, &path_of(path, inner.get_name()));
            }
        }
    }

    fn at_argument(&mut self, argument: &Arg, path: &str) {
        let id = argument.get_id().as_str();
        // What says nothing in English is for the program itself.
        let Some(english) = argument.get_help().map(ToString::to_string).filter(|_| !argument.is_hide_set()) else {
            return;
        };
        let Some((message, _)) = self.words.of_argument(path, id) else {
            return self.missing.push(format!("`help{path}__{id}` or `help-any__{id}`: {english:?}"));
        };
        self.used.insert(message.clone());
        let meant = self.meant.entry(message.clone()).or_insert_with(|| english.clone());
        // Help for `--help` differs by whether there is more of it.
        if *meant != english && id != "help" {
            self.missing.push(format!("`{message}` means {meant:?} and, for `{path}`, {english:?}"));
        }
        self.need(&format!("{message}__more"), argument.get_long_help().map(ToString::to_string));
        for value in argument.get_possible_values().iter().filter(|value| value.get_help().is_some()) {
            self.need(&format!("{message}__{}", value.get_name()), value.get_help().map(ToString::to_string));
        }
    }

    /// Notes that a message is used, and whether it is missing. Nothing is needed where English says nothing either.
    fn need(&mut self, message: &str, english: Option<String>) {
        let Some(english) = english else { return };
        self.used.insert(message.to_owned());
        if self.words.say(message).is_none() {
            self.missing.push(format!("`{message}`: {english:?}"));
        }
    }
}
