//! Bytes of one attempt that are not yet in its files.

use super::LogFile;

/// Bytes of one attempt that are not yet in its files.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) text: Vec<u8>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

impl Pending {
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.stdout.len() + self.stderr.len()
    }

    pub(super) fn of(&mut self, file: LogFile) -> &mut Vec<u8> {
        match file {
            LogFile::Text => &mut self.text,
            LogFile::Stdout => &mut self.stdout,
            LogFile::Stderr => &mut self.stderr,
        }
    }

    /// The files that get something.
    pub(super) fn parts(&self) -> impl Iterator<Item = (LogFile, &[u8])> {
        // The raw files first: who has read of the end in the text file finds all of the output.
        [(LogFile::Stdout, &*self.stdout), (LogFile::Stderr, &*self.stderr), (LogFile::Text, &*self.text)]
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty())
    }
}
