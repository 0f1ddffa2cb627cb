//! A Redis server of a test's own, for what others must not share: full, with a password, restarted.

use std::net::TcpListener;
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
        let port = spare_port();
        let child = spawn(port_option, port, &arguments, &folder)?;
        let server = Self { child, port, port_option, arguments, folder };
        server.await_port();
        Some(server)
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
        self.await_port();
    }

    fn await_port(&self) {
        let began = Instant::now();
        while std::net::TcpStream::connect(self.address()).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "redis-server does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on.
pub(crate) fn spare_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a spare port").port()
}

fn spawn(port_option: &str, port: u16, arguments: &[String], folder: &TempDir) -> Option<Child> {
    let mut command = Command::new("redis-server");
    command.args([port_option, &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    command.arg("--dir").arg(folder.path()).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        Ok(child) => Some(child),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("redis-server does not start: {error}"),
    }
}
