//! The server that all of them use.

use postgres::{Client, NoTls};

use super::postmaster;
use crate::Failure;

/// A row as Active Job 6.1 and Delayed Job 4.1 store it, for a class and an argument; each due after the one before it.
const INSERT: &str = "INSERT INTO delayed_jobs (handler, run_at, queue, created_at, updated_at)
    SELECT replace(replace(replace($1, '{class}', $2), '{argument}', argument::text), '{id}', gen_random_uuid()::text),
        at + argument % 1000000 * interval '1 microsecond', 'default', at, at
    FROM generate_series($3::bigint, $4::bigint) AS argument, (SELECT now() AT TIME ZONE 'UTC' - interval '2 seconds') AS since(at)";

const HANDLER: &str = "--- !ruby/object:ActiveJob::QueueAdapters::DelayedJobAdapter::JobWrapper
job_data:
  job_class: {class}
  job_id: {id}
  provider_job_id:
  queue_name: default
  priority:
  arguments:
  - {argument}
  executions: 0
  exception_executions: {}
  locale: en
  timezone:
  enqueued_at: '2026-11-28T22:20:22Z'
";

/// A database of its own on the server. It goes in the end.
pub struct Server {
    url: String,
    name: String,
    /// On the database that was there.
    outside: Client,
    connection: Client,
    /// The process that has started all others of the server, for the time that they take of the processors.
    pub pid: u32,
}

impl Server {
    /// A new database on the server that `TEST_POSTGRES_URL` names, which must be on this machine.
    pub fn of_environment() -> Result<Self, Failure> {
        let outside_url = std::env::var("TEST_POSTGRES_URL")
            .map_err(|_| "TEST_POSTGRES_URL names no server: type `make bench-peers`")?;
        let (server, _) = outside_url.rsplit_once('/').ok_or("TEST_POSTGRES_URL names no database")?;
        let name = format!("egret_bench_{}", std::process::id());
        let url = format!("{server}/{name}");
        let mut outside = Client::connect(&outside_url, NoTls)?;
        let fsync: String = outside.query_one("SHOW fsync", &[])?.get(0);
        if fsync != "on" {
            return Err("the server does not write what it promises: start it with EGRET_DURABLE=1".into());
        }
        outside.batch_execute(&format!("CREATE DATABASE {name}"))?;
        let mut connection = Client::connect(&url, NoTls)?;
        let own: i32 = connection.query_one("SELECT pg_backend_pid()", &[])?.get(0);
        let pid = postmaster::parent_of(u32::try_from(own)?);
        if pid == 0 {
            return Err("the server's processes are not on this machine".into());
        }
        Ok(Self { url, name, outside, connection, pid })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Takes all jobs away, and what services have left.
    pub fn empty(&mut self) -> Result<(), Failure> {
        let tables = "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'";
        let tables: String = self.connection.query_one(tables, &[])?.get(0);
        Ok(self.connection.batch_execute(&format!("TRUNCATE {tables} RESTART IDENTITY"))?)
    }

    /// Stores so many jobs and no others; their numbers begin with 1. The server has its statistics then, and has written
    /// everything.
    pub fn fill(&mut self, count: usize) -> Result<(), Failure> {
        self.empty()?;
        let last = i64::try_from(count)?;
        self.connection.execute(INSERT, &[&HANDLER, &"Nothing", &1_i64, &last])?;
        self.connection.batch_execute("VACUUM ANALYZE")?;
        Ok(self.connection.batch_execute("CHECKPOINT")?)
    }

    /// Stores one job.
    pub fn push(&mut self, class: &str, argument: u64) -> Result<(), Failure> {
        let argument = i64::try_from(argument)?;
        self.connection.execute(INSERT, &[&HANDLER, &class, &argument, &argument])?;
        Ok(())
    }

    /// Whether the job of this number has ended; one look into an index.
    pub fn has_ended(&mut self, number: usize) -> Result<bool, Failure> {
        let number = i64::try_from(number)?;
        Ok(self.connection.query_opt("SELECT FROM delayed_jobs WHERE id = $1", &[&number])?.is_none())
    }

    /// Whether no job is left.
    pub fn is_empty(&mut self) -> Result<bool, Failure> {
        Ok(self.connection.query_opt("SELECT FROM delayed_jobs LIMIT 1", &[])?.is_none())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.outside.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
