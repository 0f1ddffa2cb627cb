//! What is written where: data to standard output, everything else to standard error.

mod paint;
mod stream;
mod table;

use std::fmt::Display;
use std::io::{self, Write as _};

use serde::Serialize;

pub use self::paint::Paint;
pub(super) use self::stream::{Channel, Stream, write_bytes};
pub use self::table::{Column, Field, Table};
pub(super) use self::table::{cut, one_line, padded};
use super::Failure;
use crate::language::Language;

/// The two streams of a command, and in which form it writes data.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    format: Format,
    stdout: Stream,
    stderr: Stream,
    language: Language,
}

/// In which form data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one JSON value.
    Json,
}

impl Output {
    /// The streams of this process.
    pub(super) fn of_process(format: Format) -> Self {
        Self { format, stdout: Stream::stdout(), stderr: Stream::stderr(), language: Language::English }
    }

    /// The same in the language of whoever reads.
    pub(super) fn speaking(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// Whether data is to be written as JSON.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Writes a line of data.
    ///
    /// # Errors
    /// Standard output cannot be written; silent when its reader went away.
    pub fn line(&self, text: impl Display) -> Result<(), Failure> {
        self.text(format_args!("{text}\n"))
    }

    /// Writes data as it is.
    ///
    /// # Errors
    /// Standard output cannot be written; silent when its reader went away.
    pub fn text(&self, text: impl Display) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        write!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(|error| Failure::of_output(&error))
    }

    /// Writes a value as JSON: on one line for programs, indented for people at a terminal.
    ///
    /// # Errors
    /// Standard output cannot be written; silent when its reader went away.
    pub fn json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let mut stdout = io::BufWriter::new(io::stdout().lock());
        let written = match self.stdout.is_terminal() {
            true => serde_json::to_writer_pretty(&mut stdout, value),
            false => serde_json::to_writer(&mut stdout, value),
        };
        written
            .map_err(io::Error::from)
            .and_then(|()| stdout.write_all(b"\n"))
            .and_then(|()| stdout.flush())
            .map_err(|error| Failure::of_output(&error))
    }

    /// Writes a table, or nothing when it has no rows.
    ///
    /// # Errors
    /// Standard output cannot be written; silent when its reader went away.
    pub fn table(&self, table: Table) -> Result<(), Failure> {
        match table.render(self.stdout) {
            Some(text) => self.line(text),
            None => Ok(()),
        }
    }

    /// Shows a table beside the data.
    pub(super) fn note_table(&self, table: Table) {
        if let Some(text) = table.render(self.stderr) {
            self.note(text);
        }
    }

    /// Asks something on the terminal, without ending the line.
    pub(super) fn ask(&self, question: impl Display) {
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
    }

    /// Says something beside the data. That nobody can read it is no reason to fail.
    pub fn note(&self, text: impl Display) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Says why a command failed.
    pub(super) fn failure(&self, failure: &Failure) {
        if failure.is_silent() {
            return;
        }
        let text = table::lines(&failure.text(self.language));
        self.note(format_args!("{} {text}", self.stderr.paint(Paint::Bad, self.language.text("check-error"))));
        self.hint(failure.hint(self.language).as_deref());
    }

    /// Says what to do about what was just said, if that is known.
    pub(super) fn hint(&self, hint: Option<&str>) {
        if let Some(hint) = hint {
            let text = table::lines(hint);
            self.note(format_args!("  {} {text}", self.stderr.paint(Paint::Faint, self.language.text("check-hint"))));
        }
    }

    /// Whether what is not data may have colours.
    pub(super) fn errors_are_coloured(&self) -> bool {
        self.stderr.is_coloured()
    }

    /// A word of data, coloured on a terminal.
    pub fn paint(&self, paint: Paint, text: impl Display) -> String {
        self.stdout.paint(paint, text)
    }
}
