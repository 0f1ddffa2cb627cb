//! A way to a server with a gate in it: what holds a text waits there until it is let through, or breaks its connection.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

/// A port that leads to a server.
pub(crate) struct Gate {
    address: String,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    /// What is stopped; nothing while it is `None`.
    text: Option<Vec<u8>>,
    n_waiting: usize,
    /// An answer that holds this does not arrive, and breaks its connection.
    fatal: Option<Vec<u8>>,
    n_broken: usize,
}

impl Gate {
    /// An open gate before the server.
    pub(crate) fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a spare port");
        let address = listener.local_addr().expect("a listener has an address").to_string();
        let state = Arc::new((Mutex::default(), Condvar::new()));
        let (server, known) = (server.to_owned(), Arc::clone(&state));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&server) else { continue };
                let [from_client, from_server] = [&client, &server].map(|stream| stream.try_clone().expect("a stream"));
                let [before, behind] = [(); 2].map(|()| Arc::clone(&known));
                std::thread::spawn(move || carry(from_client, server, |bytes| wait_at(&before, bytes)));
                std::thread::spawn(move || carry(from_server, client, |bytes| is_let_back(&behind, bytes)));
            }
        });
        Self { address, state }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// From now on stops what holds the text.
    pub(crate) fn close_to(&self, text: &str) {
        self.state.0.lock().expect("no test panics here").text = Some(text.as_bytes().to_vec());
    }

    /// From now on an answer that holds the text breaks its connection.
    pub(crate) fn break_at(&self, text: &str) {
        self.state.0.lock().expect("no test panics here").fatal = Some(text.as_bytes().to_vec());
    }

    /// How many connections were broken.
    pub(crate) fn n_broken(&self) -> usize {
        self.state.0.lock().expect("no test panics here").n_broken
    }

    /// Whether something waits.
    pub(crate) fn has_stopped(&self) -> bool {
        self.state.0.lock().expect("no test panics here").n_waiting > 0
    }

    /// Lets all through.
    pub(crate) fn open(&self) {
        self.state.0.lock().expect("no test panics here").text = None;
        self.state.1.notify_all();
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.open();
    }
}

fn is_let_back((state, _): &(Mutex<State>, Condvar), bytes: &[u8]) -> bool {
    let mut state = state.lock().expect("no test panics here");
    let is_fatal = state.fatal.as_ref().is_some_and(|text| holds(bytes, text));
    state.n_broken += usize::from(is_fatal);
    !is_fatal
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

fn wait_at((state, changed): &(Mutex<State>, Condvar), bytes: &[u8]) -> bool {
    let is_stopped = |state: &State| state.text.as_ref().is_some_and(|text| holds(bytes, text));
    let mut state = state.lock().expect("no test panics here");
    if !is_stopped(&state) {
        return true;
    }
    state.n_waiting += 1;
    changed.notify_all();
    let mut state = changed.wait_while(state, |state| is_stopped(state)).expect("no test panics here");
    state.n_waiting -= 1;
    true
}

fn carry(mut from: TcpStream, mut to: TcpStream, pass: impl Fn(&[u8]) -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = from.read(&mut buffer) {
        if !pass(&buffer[..length]) || length == 0 || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}
