//! A database of a real server for each test.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use redis::{Connection, FromRedisValue};

/// Names the server; `scripts/test` starts one and sets it.
const SERVER_VARIABLE: &str = "TEST_REDIS_URL";
/// Seconds after which the database of a test that was killed is free again.
const LEASE: u32 = 600;

/// An empty database that nobody else uses. It is emptied again, and free, when the value is dropped.
#[derive(Debug)]
pub struct Database {
    server: String,
    number: u32,
}

impl Database {
    /// Leases a free one, as every test that needs the server does.
    ///
    /// # Panics
    /// No server is named, or it does not answer.
    pub fn lease() -> Self {
        let server = std::env::var(SERVER_VARIABLE).unwrap_or_else(|_| {
            panic!("{SERVER_VARIABLE} names no Redis server: run the tests with scripts/test, which starts one")
        });
        let server = server.trim_end_matches('/').to_owned();
        let mut connection = connect(&format!("{server}/0"));
        let (_, n_databases): (String, u32) =
            redis::cmd("CONFIG").arg("GET").arg("databases").query(&mut connection).unwrap();
        loop {
            let next: u32 = redis::cmd("INCR").arg("egret-test:start").query(&mut connection).unwrap();
            let number = 1 + next % (n_databases - 1);
            let mut lease = redis::cmd("SET");
            lease.arg(format!("egret-test:database:{number}")).arg(std::process::id()).arg("NX").arg("EX").arg(LEASE);
            if lease.query::<Option<String>>(&mut connection).unwrap().is_some() {
                let database = Self { server, number };
                database.ask::<()>(&["FLUSHDB"]);
                return database;
            }
        }
    }

    /// Its URL, `redis://…/N`.
    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.number)
    }

    /// Its number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Where the server is: host and port.
    pub fn server(&self) -> (String, u16) {
        let place = self.server.rsplit(['/', '@']).next().unwrap();
        let (host, port) = place.rsplit_once(':').unwrap_or((place, "6379"));
        (host.to_owned(), port.parse().unwrap())
    }

    /// Asks the server one thing.
    pub fn ask<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.query(&mut connect(&self.url())).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// Sees every command of the database from now on.
    ///
    /// # Panics
    /// The server cannot be reached.
    pub fn monitor(&self) -> Monitor {
        let stream = TcpStream::connect(self.server()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut lines = BufReader::new(stream);
        lines.get_mut().write_all(b"MONITOR\r\n").unwrap();
        let mut answer = String::new();
        lines.read_line(&mut answer).unwrap();
        assert_eq!(answer, "+OK\r\n");
        Monitor { lines: Mutex::new(lines), database: self.number }
    }
}

/// What a server shows of its commands.
#[derive(Debug)]
pub struct Monitor {
    /// Guards the place in the stream.
    lines: Mutex<BufReader<TcpStream>>,
    database: u32,
}

impl Monitor {
    /// Waits until a command is shown in which the words stand: `TIME [DATABASE CLIENT] "WORD" …`, with `lua` as the client
    /// where a script gives it.
    ///
    /// # Panics
    /// Nothing is shown for a minute.
    pub fn wait_for(&self, words: &str) {
        let mut lines = self.lines.lock().unwrap();
        let of_database = format!("[{} ", self.database);
        let mut line = String::new();
        while !(line.contains(&of_database) && line.contains(words)) {
            line.clear();
            let read = lines.read_line(&mut line);
            assert!(read.as_ref().is_ok_and(|bytes| *bytes > 0), "no `{words}`: {read:?}");
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Ok(client) = redis::Client::open(self.url()) else { return };
        let Ok(mut connection) = client.get_connection() else { return };
        let _ = redis::cmd("FLUSHDB").exec(&mut connection);
        let _ = redis::cmd("SELECT").arg(0).exec(&mut connection);
        let _ = redis::cmd("DEL").arg(format!("egret-test:database:{}", self.number)).exec(&mut connection);
    }
}

fn connect(url: &str) -> Connection {
    let client = redis::Client::open(url).expect("the variable holds a URL of a Redis server");
    client.get_connection().unwrap_or_else(|error| panic!("no Redis server answers at {url}: {error}"))
}
