//! Paths of sockets that are longer than the system takes.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

/// So many bytes a path of a socket may have on Linux, without the terminator (`sun_path`, unix(7)).
const MAX_PATH_BYTES: usize = 107;

/// A folder of sockets, with a way into it that is short enough.
#[derive(Debug)]
pub(super) struct SocketFolder {
    path: PathBuf,
    /// Open while the detour through it is needed.
    short_cut: Option<File>,
}

impl SocketFolder {
    /// Finds out whether paths of sockets in the folder are too long, and then opens it.
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let longest = path.as_os_str().len() + 1 + super::ear::FILE_NAME_BYTES;
        let short_cut = if longest > MAX_PATH_BYTES { Some(File::open(path)?) } else { None };
        Ok(Self { path: path.to_owned(), short_cut })
    }

    pub(super) fn bind(&self, name: &str) -> std::io::Result<UnixDatagram> {
        UnixDatagram::bind(self.reach(name))
    }

    pub(super) fn send(&self, from: &UnixDatagram, name: &str) -> std::io::Result<()> {
        from.send_to(&[1], self.reach(name)).map(|_| ())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn reach(&self, name: &str) -> PathBuf {
        match &self.short_cut {
            Some(folder) => PathBuf::from(format!("/proc/self/fd/{}/{name}", folder.as_raw_fd())),
            None => self.path.join(name),
        }
    }
}
