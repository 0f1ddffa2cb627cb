//! Sending hints to other processes.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::socket_path::SocketFolder;

/// A change of a folder within this time of another one may not show in its time stamp.
const STAMP_PRECISION: Duration = Duration::from_millis(50);

/// Sends a hint to every socket in the folder.
#[derive(Debug)]
pub(super) struct Voice {
    folder: PathBuf,
    /// Guards what is known of the folder.
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    mouth: Option<(UnixDatagram, SocketFolder)>,
    /// Names of the sockets, and the folder's time stamp when they were read.
    names: Vec<String>,
    stamp: Option<SystemTime>,
    own_name: Option<String>,
}

impl Voice {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, known: Mutex::new(Known::default()) }
    }

    /// Never sends to the socket of the name: it is our own.
    pub(super) fn ignore(&self, name: &str) {
        let mut known = self.known.lock().expect("nothing panics with the names");
        known.own_name = Some(name.to_owned());
        known.stamp = None;
    }

    pub(super) fn call(&self) {
        let mut known = self.known.lock().expect("nothing panics with the names");
        if let Err(error) = known.call(&self.folder) {
            tracing::debug!(%error, "failed to send a hint; a timer finds the job");
        }
    }
}

impl Known {
    fn call(&mut self, folder: &Path) -> std::io::Result<()> {
        self.look(folder)?;
        if self.names.is_empty() {
            return Ok(());
        }
        if self.mouth.is_none() {
            let mouth = UnixDatagram::unbound()?;
            mouth.set_nonblocking(true)?;
            self.mouth = Some((mouth, SocketFolder::open(folder)?));
        }
        let Some((mouth, sockets)) = &self.mouth else { return Ok(()) };
        for name in &self.names {
            match sockets.send(mouth, name) {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    // Its process was killed; a living one removes the file before it closes the socket.
                    let _ = fs::remove_file(folder.join(name));
                    self.stamp = None;
                }
                Err(error) if error.kind() == ErrorKind::NotFound => self.stamp = None,
                // A full queue has hints enough.
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Reads the names anew if the folder has changed.
    fn look(&mut self, folder: &Path) -> std::io::Result<()> {
        let stamp = fs::metadata(folder)?.modified()?;
        if self.stamp == Some(stamp) {
            return Ok(());
        }
        self.names = fs::read_dir(folder)?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".sock") && self.own_name.as_ref() != Some(name))
            .collect();
        let is_settled = SystemTime::now().duration_since(stamp).is_ok_and(|age| age > STAMP_PRECISION);
        self.stamp = is_settled.then_some(stamp);
        Ok(())
    }
}
