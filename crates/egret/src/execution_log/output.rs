//! The output of a program on its way into a log.

use std::sync::Arc;

use egret_core::LogSource;

use super::ExecutionLog;
use super::text_line::MAX_LINE;

/// How much of the end of a stream is remembered for its last line.
const TAIL: usize = 1024;

/// One stream of a program on its way into a log: the bytes as they are, and as lines.
#[derive(Debug)]
pub struct OutputRecorder {
    log: Arc<ExecutionLog>,
    source: LogSource,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    tail: Vec<u8>,
}

impl OutputRecorder {
    /// For [`LogSource::Stdout`] or [`LogSource::Stderr`].
    pub fn new(log: Arc<ExecutionLog>, source: LogSource) -> Self {
        Self { log, source, partial: Vec::new(), tail: Vec::new() }
    }

    /// Records a chunk as the program wrote it. Waits for the disk, so that a program that writes faster is slowed down.
    pub async fn write(&mut self, chunk: &[u8]) {
        self.remember(chunk);
        if self.log.is_full() {
            self.partial.clear();
            return;
        }
        let lines = self.split(chunk);
        self.log.output(self.source, chunk, lines).await;
    }

    /// Records what came after the last line end, then waits until all is in the files.
    pub async fn finish(&mut self) {
        if !self.partial.is_empty() {
            let line = text_of(&std::mem::take(&mut self.partial));
            self.log.output(self.source, &[], vec![line]).await;
        }
        self.log.flush().await;
    }

    /// The last line that is not blank, if there was one, cut to its last kilobyte.
    pub fn last_line(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.tail);
        text.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
    }

    fn remember(&mut self, chunk: &[u8]) {
        self.tail.extend_from_slice(&chunk[chunk.len().saturating_sub(TAIL)..]);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
    }

    /// The lines that this chunk completes; lines that are too long are broken.
    fn split(&mut self, chunk: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for part in chunk.split_inclusive(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(part);
            while self.partial.len() > MAX_LINE {
                let rest = self.partial.split_off(boundary(&self.partial));
                lines.push(text_of(&std::mem::replace(&mut self.partial, rest)));
            }
            if self.partial.ends_with(b"\n") {
                lines.push(text_of(&self.partial));
                self.partial.clear();
            }
        }
        lines
    }
}

/// A line as text, without its line end.
fn text_of(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
}

/// Where a line that is too long is broken: not within a character of UTF-8.
fn boundary(bytes: &[u8]) -> usize {
    let is_inner = |byte: u8| byte & 0b1100_0000 == 0b1000_0000;
    (MAX_LINE - 3..=MAX_LINE).rev().find(|index| !is_inner(bytes[*index])).unwrap_or(MAX_LINE)
}

#[cfg(test)]
mod tests {
    use egret_core::{ClaimToken, JobId, ServiceId};
    use jiff::Timestamp;

    use super::*;
    use crate::execution_log::{LogLimits, LogOutbox};

    fn recorder() -> OutputRecorder {
        let token = ClaimToken { service: ServiceId::generate(), record: 1, claim: 1 };
        let outbox = LogOutbox::new(None, LogLimits::default());
        OutputRecorder::new(outbox.open(&JobId::generate(), 1, token, Timestamp::now()), LogSource::Stderr)
    }

    #[test]
    fn joins_lines_across_chunks() {
        let mut recorder = recorder();
        assert_eq!(recorder.split(b"one\ntw"), ["one"]);
        assert_eq!(recorder.split(b"o\r\n\nthree"), ["two", ""]);
        assert_eq!(recorder.partial, b"three");
    }

    #[test]
    fn breaks_endless_lines_between_characters() {
        let mut recorder = recorder();
        let text = "x".to_owned() + &"鷺".repeat(MAX_LINE);
        let lines = recorder.split(text.as_bytes());
        assert!(lines.len() >= 3 && lines.iter().all(|line| line.len() <= MAX_LINE));
        assert_eq!(lines.concat() + &text_of(&recorder.partial), text);
    }

    #[test]
    fn remembers_the_last_line_that_is_not_blank() {
        let mut recorder = recorder();
        assert_eq!(recorder.last_line(), None);
        recorder.remember(b"first\nbroken: ");
        recorder.remember(b"no such file\n  \n\n");
        assert_eq!(recorder.last_line().as_deref(), Some("broken: no such file"));
        recorder.remember(&[b'x'; 5000]);
        assert_eq!(recorder.last_line().map(|line| line.len()), Some(TAIL));
    }
}
