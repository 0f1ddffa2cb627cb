//! `--help` in the language of whoever reads it.
//!
//! English texts stand beside the definitions of commands and options. Japanese ones are messages, in `locales/ja/help.ftl`
//! and in the files of what other crates add, by names that are made from the definitions:
//!
//! ```text
//! help-jobs-list                    what `egret jobs list` does, in a line
//! help-jobs-list__more              what its help says below that
//! help-jobs-list__end               what stands at the end
//! help-jobs-list__limit             the option `--limit` of it, and
//! help-jobs__limit                  that of every command of `egret jobs` that has no message of its own
//! help-any__limit                   that of all others
//! help-any__limit__more             what is only in the long help
//! help-any__log_format__json        a value of an option
//! heading-logging                   a heading
//! ```

mod faults;
mod usage;
mod words;

use clap::builder::{PossibleValue, Resettable};
use clap::{Arg, Command};

pub(super) use self::faults::faults;
pub(super) use self::usage::text as usage;
use self::words::Words;
use super::session::spoken;
use crate::config::{Config, LoadOptions};
use crate::language::{Catalogue, Language};

/// As clap's own, with the word for the usage.
const TEMPLATE: &str = "{before-help}{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}";

/// What is printed of Egret's own commands.
static OWN: Catalogue = Catalogue::new(&[], &[("help", include_str!("../../../locales/ja/help.ftl"))]);

/// The definition with the texts of a language. `added`: the messages of commands that were added.
pub(super) fn translated(mut command: Command, language: Language, added: &[&'static Catalogue]) -> Command {
    if language == Language::English {
        return command;
    }
    // The commands and options that clap adds itself are there only then.
    command.build();
    let words = Words::of(&OWN, added, language);
    of_command(command, "", &words)
}

/// The language of `--help` and of what is wrong with a command line: known before the command line is understood.
pub(super) fn language(arguments: &[std::ffi::OsString]) -> Language {
    let words: Vec<&str> = arguments.iter().map_while(|word| word.to_str()).take_while(|word| *word != "--").collect();
    let asked = words.iter().enumerate().find_map(|(index, word)| match word.strip_prefix("--lang")? {
        "" => words.get(index + 1).copied(),
        rest => rest.strip_prefix('='),
    });
    let asked = asked.and_then(Language::of_tag);
    let of_configuration = || Config::load(&LoadOptions::from_process()).ok().and_then(|config| config.locale);
    match spoken_without_configuration(asked) {
        Some(language) => language,
        None => spoken(asked, of_configuration()),
    }
}

fn spoken_without_configuration(asked: Option<Language>) -> Option<Language> {
    asked.or_else(|| Language::of_variables(|name| std::env::var(name).ok()))
}

fn of_command(command: Command, path: &str, words: &Words) -> Command {
    let name = command.get_name().to_owned();
    let (about, long) = (command.get_about().is_some(), command.get_long_about().is_some());
    let (end, is_help) = (command.get_after_help().is_some(), name == "help");
    let message = if path.is_empty() { "help-egret".to_owned() } else { format!("help{path}") };
    let mut command = command.help_template(TEMPLATE).subcommand_help_heading(words.heading("commands"));
    if let Some(text) = words.say(&message).filter(|_| about) {
        command = command.about(text.clone());
        if let Some(more) = words.say(&format!("{message}__more")).filter(|_| long) {
            command = command.long_about(format!("{text}\n\n{more}"));
        }
    }
    if let Some(text) = words.say(&format!("{message}__end")).filter(|_| end) {
        command = command.after_help(text);
    }
    let command = command.mut_args(|argument| of_argument(argument, path, words));
    if is_help {
        return command;
    }
    command.mut_subcommands(|inner| {
        let path = path_of(path, inner.get_name());
        of_command(inner, &path, words)
    })
}

/// The commands that lead to one, in a name of messages, where no colon may stand: `egret jobs:check` is `-jobs-check`.
fn path_of(outer: &str, name: &str) -> String {
    if name == "help" { "-help".to_owned() } else { format!("{outer}-{}", name.replace(':', "-")) }
}

fn of_argument(argument: Arg, path: &str, words: &Words) -> Arg {
    let id = argument.get_id().as_str().to_owned();
    let usual = if argument.is_positional() { "arguments" } else { "options" };
    let heading = words.heading(argument.get_help_heading().unwrap_or(usual));
    let argument = argument.help_heading(heading);
    let Some((message, text)) = words.of_argument(path, &id) else { return argument };
    let default = argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
    let default = Some(default.collect::<Vec<_>>().join(",")).filter(|text| !text.is_empty());
    let is_shown = !argument.is_hide_default_value_set() && argument.get_action().takes_values();
    let default = default.filter(|_| is_shown).map_or_else(String::new, |value| words.default(&value));
    let values = argument.get_possible_values();
    let values: Vec<&PossibleValue> = values.iter().filter(|_| !argument.is_hide_possible_values_set()).collect();
    let short = format!("{text}{}{default}", words.values(&values));
    let more = words.say(&format!("{message}__more")).filter(|_| argument.get_long_help().is_some());
    let explained = words.explained(&message, &values);
    let long = match (&more, &explained) {
        (None, None) => None,
        _ => Some([Some(text), more, explained, Some(default.trim().to_owned()).filter(|text| !text.is_empty())]),
    };
    let argument = argument.help(short).hide_default_value(true).hide_possible_values(true);
    match long {
        Some(parts) => argument.long_help(parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")),
        None => argument.long_help(Resettable::Reset),
    }
}
