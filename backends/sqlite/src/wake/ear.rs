//! The thread that hears hints of other processes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use tokio::sync::Notify;

use super::announce;
use super::socket_path::SocketFolder;

/// Length of a socket's name: sixteen digits and `.sock`.
pub(super) const FILE_NAME_BYTES: usize = 21;
/// The thread needs next to nothing.
const STACK: usize = 64 * 1024;

/// A socket of our own, and the thread that receives from it.
///
/// It receives only while somebody waits: the socket of a busy service fills up and refuses further hints, which costs
/// their senders least and the service nothing.
#[derive(Debug)]
pub(super) struct Ear {
    path: PathBuf,
    file_name: String,
    socket: Arc<UnixDatagram>,
    attention: Arc<Waiters>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Waiters {
    /// How many wait, and whether the thread has to end.
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

/// Somebody waits while this lives.
#[derive(Debug)]
pub(super) struct Attention(Arc<Waiters>);

impl Ear {
    pub(super) fn open(folder: &Path, local: Arc<Notify>) -> std::io::Result<Self> {
        let folder = SocketFolder::open(folder)?;
        let file_name = format!("{:016x}.sock", rand::random::<u64>());
        let socket = Arc::new(folder.bind(&file_name)?);
        let path = folder.path().join(&file_name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        let attention = Arc::new(Waiters::default());
        let (receiver, waiters) = (Arc::clone(&socket), Arc::clone(&attention));
        let builder = std::thread::Builder::new().name("egret-wake".to_owned()).stack_size(STACK);
        let thread = builder.spawn(move || receive(&receiver, &waiters, &local))?;
        Ok(Self { path, file_name, socket, attention, thread: Some(thread) })
    }

    pub(super) fn file_name(&self) -> &str {
        &self.file_name
    }

    pub(super) fn attend(&self) -> Attention {
        self.attention.state.lock().expect("nothing panics with the count").0 += 1;
        self.attention.changed.notify_one();
        Attention(Arc::clone(&self.attention))
    }
}

impl Drop for Attention {
    fn drop(&mut self) {
        self.0.state.lock().expect("nothing panics with the count").0 -= 1;
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // First, so that nobody sends any more and mistakes the closed socket for one whose process was killed.
        let _ = fs::remove_file(&self.path);
        self.attention.state.lock().expect("nothing panics with the count").1 = true;
        self.attention.changed.notify_one();
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that hears hints panicked");
        }
    }
}

fn receive(socket: &UnixDatagram, waiters: &Waiters, local: &Notify) {
    while is_somebody_waiting(waiters) {
        let mut hint = [0; 1];
        match socket.recv(&mut hint) {
            Ok(1..) => announce(local),
            // The end, by `shutdown`; the next look tells.
            Ok(0) => {}
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                tracing::warn!(%error, "failed to hear hints of other processes; a timer finds their jobs");
                return;
            }
        }
    }
}

/// Sleeps until somebody waits; answers false at the end.
fn is_somebody_waiting(waiters: &Waiters) -> bool {
    let state = waiters.state.lock().expect("nothing panics with the count");
    let state = waiters.changed.wait_while(state, |(n_waiting, is_over)| *n_waiting == 0 && !*is_over);
    !state.expect("nothing panics with the count").1
}
