//! The first lines of a run, on their way to the store.

use egret_core::LogLine;

use super::LogLimits;

/// The first lines of a run, on their way to the store.
#[derive(Debug, Default)]
pub(super) struct Head {
    waiting: Vec<LogLine>,
    n_lines: usize,
    n_bytes: usize,
    is_announced: bool,
    is_closed: bool,
}

impl Head {
    /// Keeps the line if it is one of the first; answers whether the outbox must be told that lines wait.
    pub(super) fn push(&mut self, line: LogLine, limits: &LogLimits) -> bool {
        if self.is_full(limits) {
            return false;
        }
        self.force(line)
    }

    /// Keeps a line about the log itself, also when the head is full.
    pub(super) fn force(&mut self, line: LogLine) -> bool {
        if self.is_closed {
            return false;
        }
        self.n_lines += 1;
        self.n_bytes += line.text.len();
        self.waiting.push(line);
        !std::mem::replace(&mut self.is_announced, true)
    }

    /// Whether further lines go to the file only.
    pub(super) fn is_full(&self, limits: &LogLimits) -> bool {
        self.is_closed || self.n_lines >= limits.head_lines || self.n_bytes >= limits.head_bytes
    }

    pub(super) fn take(&mut self) -> Vec<LogLine> {
        self.is_announced = false;
        std::mem::take(&mut self.waiting)
    }

    /// Puts lines back that the store did not take, before those that came since. After the end they are nobody's.
    pub(super) fn put_back(&mut self, mut lines: Vec<LogLine>) {
        if !self.is_closed {
            lines.append(&mut self.waiting);
            self.waiting = lines;
        }
    }

    pub(super) fn close(&mut self) -> Vec<LogLine> {
        self.is_closed = true;
        self.take()
    }
}
