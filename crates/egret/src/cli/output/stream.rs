//! One of the two streams of a process.

use std::fmt::Display;
use std::io::{self, IsTerminal as _};

use super::Paint;

/// What is known of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Stream {
    is_terminal: bool,
    is_coloured: bool,
}

/// Which of the two streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Channel {
    /// Data.
    Stdout,
    /// Everything else.
    Stderr,
}

impl Stream {
    pub(super) fn stdout() -> Self {
        Self::of(io::stdout().is_terminal())
    }

    pub(super) fn stderr() -> Self {
        Self::of(io::stderr().is_terminal())
    }

    fn of(is_terminal: bool) -> Self {
        // Source: https://no-color.org, any value but the empty one; TERM=dumb is terminfo's word for "no sequences".
        let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { is_terminal, is_coloured: is_terminal && !is_refused }
    }

    pub(in crate::cli) fn is_terminal(self) -> bool {
        self.is_terminal
    }

    pub(in crate::cli) fn is_coloured(self) -> bool {
        self.is_coloured
    }

    /// The text in a colour, if the stream has colours.
    pub(in crate::cli) fn paint(self, paint: Paint, text: impl Display) -> String {
        match self.is_coloured {
            true => format!("\x1b[{}m{text}\x1b[0m", paint.code()),
            false => text.to_string(),
        }
    }

    #[cfg(test)]
    pub(super) fn coloured(is_coloured: bool) -> Self {
        Self { is_terminal: is_coloured, is_coloured }
    }
}

/// Writes bytes as they are. May wait for whoever reads them, so that it has a thread for that.
pub(in crate::cli) async fn write_bytes(channel: Channel, bytes: Vec<u8>) -> io::Result<()> {
    let written = tokio::task::spawn_blocking(move || match channel {
        Channel::Stdout => write_all(io::stdout().lock(), &bytes),
        Channel::Stderr => write_all(io::stderr().lock(), &bytes),
    });
    written.await.unwrap_or_else(|_| Err(io::Error::other("the thread that writes ended with a panic")))
}

fn write_all(mut stream: impl io::Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_without_colours_has_plain_text() {
        assert_eq!(Stream::coloured(false).paint(Paint::Bad, "x"), "x");
        assert_eq!(Stream::coloured(true).paint(Paint::Bad, "x"), "\x1b[31mx\x1b[0m");
    }
}
