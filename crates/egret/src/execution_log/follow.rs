//! Reading a file of an attempt while it grows.

use std::io::{self, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use egret_core::LogLine;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::sync::CancellationToken;

use super::text_line::parse_line;

/// Between two looks at a file that has not grown.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// At most so much is read at once.
const CHUNK: usize = 64 * 1024;

/// Reads a file of an attempt from its beginning while it grows. The file need not exist yet.
#[derive(Debug)]
pub struct Follow {
    path: PathBuf,
    file: Option<File>,
    position: u64,
}

impl Follow {
    /// Follows the file; see [`LogFolder::file`](super::LogFolder::file) for its path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), file: None, position: 0 }
    }

    /// What was added since the last call, at most 64 KiB; empty when nothing was.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    pub async fn read(&mut self) -> io::Result<Vec<u8>> {
        let position = self.position;
        let Some(file) = self.open().await? else { return Ok(Vec::new()) };
        // A read that was dropped half-way may have moved the file's own position.
        file.seek(SeekFrom::Start(position)).await?;
        let mut chunk = Vec::with_capacity(CHUNK);
        file.take(CHUNK as u64).read_to_end(&mut chunk).await?;
        self.position += chunk.len() as u64;
        Ok(chunk)
    }

    /// Waits for the next bytes. `None` when `ended` has fired and everything is read: what was written before it fired
    /// is never missed.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self, ended: &CancellationToken) -> io::Result<Option<Vec<u8>>> {
        loop {
            // Asked before the read, so that the last read comes after the end.
            let has_ended = ended.is_cancelled();
            let chunk = self.read().await?;
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
            if has_ended {
                return Ok(None);
            }
            tokio::select! {
                () = ended.cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    async fn open(&mut self) -> io::Result<Option<&mut File>> {
        if self.file.is_none() {
            match File::open(&self.path).await {
                Ok(file) => self.file = Some(file),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.file.as_mut())
    }
}

/// Reads the text file of an attempt line by line while it grows.
#[derive(Debug)]
pub struct FollowLines {
    bytes: Follow,
    partial: Vec<u8>,
}

impl FollowLines {
    /// Follows a text file; see [`LogFolder::file`](super::LogFolder::file) for its path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { bytes: Follow::new(path), partial: Vec::new() }
    }

    /// Waits for the next lines. `None` when `ended` has fired and everything is read. Lines that are none (a file torn
    /// by a power loss) are left out.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self, ended: &CancellationToken) -> io::Result<Option<Vec<LogLine>>> {
        while let Some(chunk) = self.bytes.next(ended).await? {
            self.partial.extend_from_slice(&chunk);
            let Some(end) = self.partial.iter().rposition(|byte| *byte == b'\n') else { continue };
            let rest = self.partial.split_off(end + 1);
            let complete = std::mem::replace(&mut self.partial, rest);
            return Ok(Some(complete.split_inclusive(|byte| *byte == b'\n').filter_map(parse_line).collect()));
        }
        Ok(None)
    }
}
