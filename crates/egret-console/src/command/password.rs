//! A password from whoever calls a command: never among the arguments, which other users can read.

use std::io::{BufRead as _, IsTerminal as _, Read as _};

use egret::cli::{Failure, Session};
use egret::language::Language;

use crate::words::WORDS;

/// Longer lines are no passwords.
const MAX_LINE: u64 = 8 << 10;

/// From where a password is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The first line of standard input.
    StandardInput,
    /// The terminal, asked twice without showing what is typed. Without a terminal there is none.
    Terminal,
}

impl Source {
    /// What the option `--password-stdin` means.
    pub(super) fn of_option(is_given: bool) -> Self {
        if is_given { Self::StandardInput } else { Self::Terminal }
    }

    /// The password; `None` where there is no terminal, or nothing was typed on it.
    pub(super) fn read(self, session: &Session, name: &str) -> Result<Option<String>, Failure> {
        match self {
            Self::StandardInput => first_line(session.language()).map(Some),
            Self::Terminal if std::io::stdin().is_terminal() => ask(session, name),
            Self::Terminal => Ok(None),
        }
    }
}

fn first_line(language: Language) -> Result<String, Failure> {
    let mut line = String::new();
    let mut input = std::io::stdin().lock().take(MAX_LINE);
    input.read_line(&mut line).map_err(|error| unread(language, &error))?;
    let line = line.trim_end_matches(['\r', '\n']);
    match line.is_empty() {
        false => Ok(line.to_owned()),
        true => Err(Failure::usage(WORDS.text(language, "command-empty-input"))
            .with_hint(WORDS.text(language, "command-empty-input-hint"))),
    }
}

fn unread(language: Language, error: &std::io::Error) -> Failure {
    Failure::new(WORDS.text_with(language, "command-password-unread", &[("error", error.to_string().into())]))
}

fn ask(session: &Session, name: &str) -> Result<Option<String>, Failure> {
    let prompt = |message: &str| {
        let question = WORDS.text_with(session.language(), message, &[("name", name.into())]);
        rpassword::prompt_password(question + " ").map_err(|error| unread(session.language(), &error))
    };
    let password = prompt("command-password")?;
    if password.is_empty() {
        return Ok(None);
    }
    match prompt("command-password-again")? == password {
        true => Ok(Some(password)),
        false => Err(Failure::new(WORDS.text(session.language(), "command-passwords-differ"))),
    }
}
