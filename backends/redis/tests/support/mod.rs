//! A database of a real server for each test.

pub(crate) mod gate;
pub(crate) mod server;
pub(crate) mod store;

use std::sync::atomic::{AtomicU32, Ordering};

use redis::{Connection, ConnectionLike};

/// The variable that names the server; `scripts/test` starts one and sets it.
pub(crate) const SERVER_VARIABLE: &str = "TEST_REDIS_URL";

/// An empty database that nobody else uses. It is emptied again, and free, when the value is dropped.
#[derive(Debug)]
pub(crate) struct Database {
    server: String,
    number: u32,
}

/// Seconds after which the database of a test that was killed is free again.
const LEASE: u32 = 600;

impl Database {
    pub(crate) fn lease() -> Self {
        let server = std::env::var(SERVER_VARIABLE).unwrap_or_else(|_| {
            panic!("{SERVER_VARIABLE} names no Redis server: run the tests with scripts/test, which starts one")
        });
        let server = server.trim_end_matches('/').to_owned();
        let mut connection = connect(&format!("{server}/0"));
        let databases: Vec<String> = redis::cmd("CONFIG")
            .arg("GET")
            .arg("databases")
            .query(&mut connection)
            .expect("the server tells its databases");
        let n_databases: u32 = databases[1].parse().expect("a number of databases");
        // Processes begin at different places, so that they seldom ask for the same one.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let start: u32 = redis::cmd("INCR").arg("egret-test:start").query(&mut connection).expect("the server counts");
        for offset in 0..u32::MAX {
            let number = 1 + (start + offset + NEXT.fetch_add(1, Ordering::Relaxed)) % (n_databases - 1);
            let mut command = redis::cmd("SET");
            command.arg(format!("egret-test:database:{number}")).arg(std::process::id()).arg("NX").arg("EX").arg(LEASE);
            let leased: Option<String> = command.query(&mut connection).expect("the server leases a database");
            if leased.is_some() {
                let database = Self { server, number };
                database.flush();
                return database;
            }
            if offset % n_databases == n_databases - 1 {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
        unreachable!("a database becomes free some day")
    }

    /// One of a server that belongs to the test.
    pub(crate) fn of_private(server: &server::PrivateServer) -> Self {
        Self { server: format!("redis://{}", server.address()), number: 1 }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server, self.number)
    }

    /// The address of the server, and the URL of the database at another one.
    pub(crate) fn address(&self) -> &str {
        self.server.trim_start_matches("redis://")
    }

    pub(crate) fn url_at(&self, address: &str) -> String {
        format!("redis://{address}/{}", self.number)
    }

    pub(crate) fn connect(&self) -> Connection {
        connect(&self.url())
    }

    /// Every value in which a text stands, with its key and what lies beside it (a score, the field of a hash).
    pub(crate) fn traces_of(&self, text: &str) -> Vec<(String, Vec<u8>, Option<Vec<u8>>)> {
        let mut connection = self.connect();
        let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut connection).expect("keys are listed");
        let mut found = Vec::new();
        for key in keys {
            let kind: String = redis::cmd("TYPE").arg(&key).query(&mut connection).expect("a key has a type");
            let command = match kind.as_str() {
                "list" => redis::cmd("LRANGE").arg(&key).arg(0).arg(-1).to_owned(),
                "zset" => redis::cmd("ZRANGE").arg(&key).arg(0).arg(-1).arg("WITHSCORES").to_owned(),
                "hash" => redis::cmd("HGETALL").arg(&key).to_owned(),
                _ => continue,
            };
            let values: Vec<Vec<u8>> = command.query(&mut connection).expect("a key is read");
            let of_job = |value: &Vec<u8>| String::from_utf8_lossy(value).contains(text);
            for place in (0..values.len()).filter(|place| of_job(&values[*place])) {
                let beside = if kind == "hash" { place.wrapping_sub(1) } else { place + 1 };
                found.push((key.clone(), values[place].clone(), values.get(beside).cloned()));
            }
        }
        found.sort();
        found
    }

    fn flush(&self) {
        redis::cmd("FLUSHDB").exec(&mut self.connect()).expect("the database can be emptied");
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
    let connection =
        client.get_connection().unwrap_or_else(|error| panic!("no Redis server answers at {url}: {error}"));
    assert!(connection.is_open());
    connection
}
