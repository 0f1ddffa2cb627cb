//! Why a command line cannot be understood, in the language of whoever typed it.
//!
//! What went wrong and where comes from clap (4.5, `src/error/kind.rs` and `src/error/context.rs`), as data; sentences are
//! ours. Kinds of errors that clap adds later are said in English.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::language::{Language, Said, TextValue};

/// The whole text; `None` where clap's own is the one to show.
pub(in super::super) fn text(error: &clap::Error, language: Language) -> Option<String> {
    if language == Language::English {
        return None;
    }
    let context = Context { error, language };
    let mut text = format!("{} {}\n", language.text("check-error"), context.sentence()?);
    for hint in context.hints() {
        text.push_str(&format!("\n  {} {hint}\n", language.text("check-hint")));
    }
    if let Some(usage) = context.usage() {
        text.push_str(&format!("\n{}\n", language.text_with("usage-line", &[("usage", usage.into())])));
    }
    Some(format!("{text}\n{}\n", language.text("usage-more")))
}

struct Context<'a> {
    error: &'a clap::Error,
    language: Language,
}

impl Context<'_> {
    /// What is wrong.
    fn sentence(&self) -> Option<String> {
        let argument = || self.one(ContextKind::InvalidArg);
        let value = || self.one(ContextKind::InvalidValue);
        let say = |message: &str, arguments: &[(&str, TextValue)]| Some(self.language.text_with(message, arguments));
        match self.error.kind() {
            ErrorKind::UnknownArgument => say("usage-unknown-argument", &[("argument", argument()?.into())]),
            ErrorKind::InvalidSubcommand => {
                say("usage-unknown-command", &[("command", self.one(ContextKind::InvalidSubcommand)?.into())])
            }
            ErrorKind::MissingSubcommand => {
                say("usage-no-command", &[("command", self.one(ContextKind::InvalidSubcommand)?.into())])
            }
            ErrorKind::MissingRequiredArgument => {
                say("usage-missing", &[("arguments", self.all(ContextKind::InvalidArg).join(" ").into())])
            }
            // Without a value there is none.
            ErrorKind::InvalidValue if value().is_none_or(|value| value.is_empty()) => {
                say("usage-no-value", &[("argument", argument()?.into())])
            }
            ErrorKind::InvalidValue => {
                say("usage-invalid-value", &[("argument", argument()?.into()), ("value", value()?.into())])
            }
            ErrorKind::ValueValidation => {
                let reason = std::error::Error::source(self.error)
                    .map_or_else(String::new, |reason| Said::of(reason).text(self.language));
                let arguments =
                    [("argument", argument()?.into()), ("value", value()?.into()), ("reason", reason.into())];
                say("usage-refused-value", &arguments)
            }
            ErrorKind::ArgumentConflict => self.conflict(),
            ErrorKind::NoEquals => say("usage-no-equals", &[("argument", argument()?.into())]),
            ErrorKind::TooManyValues => {
                say("usage-too-many-values", &[("argument", argument()?.into()), ("value", value()?.into())])
            }
            ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
                say("usage-number-of-values", &[("argument", argument()?.into())])
            }
            ErrorKind::InvalidUtf8 => say("usage-not-utf8", &[]),
            _ => None,
        }
    }

    fn conflict(&self) -> Option<String> {
        let argument = self.one(ContextKind::InvalidArg)?;
        let others: Vec<String> =
            self.all(ContextKind::PriorArg).into_iter().filter(|other| *other != argument).collect();
        Some(match others.is_empty() {
            true => self.language.text_with("usage-twice", &[("argument", argument.into())]),
            false => {
                let arguments = [("argument", argument.into()), ("others", others.join(", ").into())];
                self.language.text_with("usage-conflict", &arguments)
            }
        })
    }

    /// What may have been meant, and what there is.
    fn hints(&self) -> Vec<String> {
        let similar = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
        let similar = similar.into_iter().flat_map(|kind| self.all(kind));
        let mut hints: Vec<String> =
            similar.map(|word| self.language.text_with("usage-similar", &[("word", word.into())])).collect();
        let known: Vec<String> = [ContextKind::ValidValue, ContextKind::ValidSubcommand]
            .into_iter()
            .flat_map(|kind| self.all(kind))
            .filter(|word| word != "help")
            .collect();
        if !known.is_empty() {
            hints.push(self.language.text_with("usage-known", &[("words", known.join(", ").into())]));
        }
        hints
    }

    /// `egret jobs list [OPTIONS]`, without the word before it.
    fn usage(&self) -> Option<String> {
        let usage = self.all(ContextKind::Usage).into_iter().next()?;
        Some(usage.split_once(": ").map_or(usage.as_str(), |(_, usage)| usage).trim().to_owned())
    }

    fn one(&self, kind: ContextKind) -> Option<String> {
        self.all(kind).into_iter().next()
    }

    fn all(&self, kind: ContextKind) -> Vec<String> {
        match self.error.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
            Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
            Some(ContextValue::Number(number)) => vec![number.to_string()],
            _ => Vec::new(),
        }
    }
}
