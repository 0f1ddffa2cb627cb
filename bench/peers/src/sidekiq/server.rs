//! The server that all of them use.

use redis::{Connection, FromRedisValue};

use crate::Failure;

/// A database of the server, emptied before each measurement and in the end.
pub struct Server {
    url: String,
    /// Its process, for the time that it takes of the processors.
    pub pid: u32,
}

impl Server {
    /// The server that `TEST_REDIS_URL` names, and an empty database of it.
    pub fn of_environment() -> Result<Self, Failure> {
        let server =
            std::env::var("TEST_REDIS_URL").map_err(|_| "TEST_REDIS_URL names no server: type `make bench-peers`")?;
        let server = server.trim_end_matches('/').to_owned();
        for number in 1..16 {
            let url = format!("{server}/{number}");
            let mut connection = redis::Client::open(url.as_str())?.get_connection()?;
            if redis::cmd("DBSIZE").query::<u64>(&mut connection)? == 0 {
                let info: String = redis::cmd("INFO").arg("server").query(&mut connection)?;
                let pid = info.lines().find_map(|line| line.strip_prefix("process_id:"));
                let pid = pid.ok_or("the server does not tell its process")?.trim().parse()?;
                return Ok(Self { url, pid });
            }
        }
        Err("every database of the server is in use".into())
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn connect(&self) -> Result<Connection, Failure> {
        Ok(redis::Client::open(self.url.as_str())?.get_connection()?)
    }

    pub fn ask<T: FromRedisValue>(&self, connection: &mut Connection, words: &[&str]) -> Result<T, Failure> {
        Ok(redis::cmd(words[0]).arg(&words[1..]).query(connection)?)
    }

    pub fn empty(&self) -> Result<(), Failure> {
        Ok(redis::cmd("FLUSHDB").exec(&mut self.connect()?)?)
    }

    /// Puts so many jobs into the queue `default`, as Sidekiq's client writes them.
    pub fn fill(&self, count: usize) -> Result<(), Failure> {
        let mut connection = self.connect()?;
        redis::cmd("SADD").arg("queues").arg("default").exec(&mut connection)?;
        for first in (0..count).step_by(1_000) {
            let mut push = redis::cmd("LPUSH");
            push.arg("queue:default");
            for number in first..count.min(first + 1_000) {
                push.arg(job("Nothing", number as u64));
            }
            push.exec(&mut connection)?;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.empty();
    }
}

/// A job of Sidekiq's own kind with one integer argument.
pub fn job(class: &str, argument: u64) -> String {
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.5, |since| since.as_secs_f64());
    format!(
        r#"{{"retry":true,"queue":"default","class":"{class}","args":[{argument}],"jid":"{argument:024x}","created_at":{now:.6},"enqueued_at":{now:.6}}}"#
    )
}
