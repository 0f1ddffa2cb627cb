//! A Redis server of a test's own, for what others must not share: full, with a password, restarted.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server that ends with the value.
pub(crate) struct PrivateServer {
    child: Child,
    port: u16,
    /// The option under which it is told its port.
    port_option: &'static str,
    arguments: Vec<String>,
    folder: TempDir,
}

impl PrivateServer {
    /// Starts it with further arguments. `None` where no redis-server is installed: the environment then names one that must
    /// not be broken.
    pub(crate) fn start(arguments: &[&str]) -> Option<Self> {
        Self::start_on("--port", arguments)
    }

    /// Starts it so that it speaks TLS alone.
    pub(crate) fn start_with_tls(arguments: &[&str]) -> Option<Self> {
        Self::start_on("--tls-port", &[&["--port", "0"], arguments].concat())
    }

    fn start_on(port_option: &'static str, arguments: &[&str]) -> Option<Self> {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let folder = tempfile::tempdir().expect("a test can make a folder");
        let spawn = |port| spawn(port_option, port, &arguments, &folder);
        let (child, port) = on_spare_port(spawn, &folder.path().join(LOG), READY)?;
        Some(Self { child, port, port_option, arguments, folder })
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn stop(&mut self) {
        self.child.kill().expect("a child can be ended");
        self.child.wait().expect("a child that was ended is waited for");
    }

    /// Starts it anew, on the same port and without data.
    pub(crate) fn start_again(&mut self) {
        self.child = spawn(self.port_option, self.port, &self.arguments, &self.folder).expect("it was there before");
        assert!(is_ready(&mut self.child, &self.folder.path().join(LOG), READY), "nobody else has taken its port");
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a server writes is in this file of its folder.
pub(crate) const LOG: &str = "log";
/// What redis-server says once it listens.
const READY: &str = "Ready to accept connections";

/// Starts a program on a port that nobody else has. It has it for certain when its log says so; if somebody was faster with the
/// port it ends, and tries another. `None` where the program is not installed.
pub(crate) fn on_spare_port(spawn: impl Fn(u16) -> Option<Child>, log: &Path, ready: &str) -> Option<(Child, u16)> {
    loop {
        let port = spare_port();
        let mut child = spawn(port)?;
        if is_ready(&mut child, log, ready) {
            return Some((child, port));
        }
    }
}

/// Waits until the log has the words; false when the program has ended.
fn is_ready(child: &mut Child, log: &Path, ready: &str) -> bool {
    let began = Instant::now();
    loop {
        let has_ended = child.try_wait().expect("a child can be waited for").is_some();
        let said = std::fs::read(log).expect("the log is there from the beginning");
        let said = String::from_utf8_lossy(&said);
        if has_ended || said.contains(ready) {
            return !has_ended;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "redis-server does not listen: {said}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A port that nobody listens on, and that the system gives to no connection meanwhile: Linux takes those from 32768.
fn spare_port() -> u16 {
    loop {
        let chance = RandomState::new().hash_one(std::process::id()) % 10_000;
        let port = 20_000 + u16::try_from(chance).expect("it is small");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

fn spawn(port_option: &str, port: u16, arguments: &[String], folder: &TempDir) -> Option<Child> {
    let mut command = Command::new("redis-server");
    command.args([port_option, &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    command.arg("--dir").arg(folder.path()).args(arguments);
    let log = File::create(folder.path().join(LOG)).expect("the folder takes a file");
    command.stdout(log).stderr(Stdio::null());
    match command.spawn() {
        Ok(child) => Some(child),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("redis-server does not start: {error}"),
    }
}
