//! Databases for tests of the store: a file, or a schema of its own on a server.

pub(crate) mod crash;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use egret_core::{Backend, Result, Timing};
use egret_delayed_job::{DelayedJob, DelayedJobOptions};
use tempfile::TempDir;

/// A database with all tables; it goes with the value.
pub(crate) struct Database {
    url: String,
    _folder: Option<TempDir>,
    schema: Option<String>,
    mysql: Option<String>,
}

impl Database {
    /// A file with the rollback journal that applications had before Rails 7.1, where whoever commits keeps readers out.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a test can make a folder");
        let path = folder.path().join("app.sqlite3");
        let connection = rusqlite::Connection::open(&path).expect("a database is made");
        connection.execute_batch("CREATE TABLE users (id integer)").expect("a table is made");
        let url = format!("sqlite:{}", path.display());
        Self { url, _folder: Some(folder), schema: None, mysql: None }.migrated()
    }

    /// A new schema on the server of the tests.
    pub(crate) fn postgres() -> Self {
        let schema = fresh_name();
        run_on_postgres(&format!("CREATE SCHEMA {schema}"));
        let url = format!("{}?search_path={schema}", postgres_url());
        Self { url, _folder: None, schema: Some(schema), mysql: None }.migrated()
    }

    /// A new database on the server of the tests, whose handlers may be long.
    pub(crate) fn mysql() -> Self {
        let name = fresh_name();
        run_on_mysql(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"));
        let url = format!("{}/{name}", mysql_url());
        let database = Self { url, _folder: None, schema: None, mysql: Some(name.clone()) }.migrated();
        run_on_mysql(&format!("ALTER TABLE {name}.delayed_jobs MODIFY handler longtext NOT NULL"));
        database
    }

    fn migrated(self) -> Self {
        blocking(async { DelayedJob::migrate(&self.options()).await }).expect("the tables are made");
        self
    }

    pub(crate) fn options(&self) -> DelayedJobOptions {
        options(&self.url)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
        open(self.options(), timing).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(schema) = &self.schema {
            run_on_postgres(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE"));
        }
        if let Some(name) = &self.mysql {
            run_on_mysql(&format!("DROP DATABASE IF EXISTS {name}"));
        }
    }
}

pub(crate) async fn open(mut options: DelayedJobOptions, timing: Timing) -> Result<Arc<dyn Backend>> {
    options.timing = timing;
    DelayedJob::open(options).await
}

/// Given-up rows are kept, as the suite expects of what it can see.
pub(crate) fn options(url: &str) -> DelayedJobOptions {
    let mut options = DelayedJobOptions::parse(url).expect("a URL of a database");
    options.settings.destroy_failed_jobs = false;
    options
}

pub(crate) fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let nonce = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is later than 1970").as_nanos();
    format!("test_{}_{nonce}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn postgres_url() -> String {
    std::env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!("TEST_POSTGRES_URL names no PostgreSQL server: run the tests with scripts/test, which starts one")
    })
}

pub(crate) fn run_on_postgres(statement: &str) {
    let statement = statement.to_owned();
    blocking(async move {
        let (client, connection) =
            tokio_postgres::connect(&postgres_url(), tokio_postgres::NoTls).await.expect("the server answers");
        let connection = tokio::spawn(connection);
        client.batch_execute(&statement).await.expect("the server does as it is told");
        drop(client);
        let _ = connection.await;
    });
}

pub(crate) fn mysql_url() -> String {
    let url = std::env::var("TEST_MYSQL_URL").unwrap_or_else(|_| {
        panic!("TEST_MYSQL_URL names no MySQL server: run the tests with scripts/test, which starts one")
    });
    url.trim_end_matches('/').to_owned()
}

pub(crate) fn run_on_mysql(statement: &str) {
    use mysql_async::prelude::Queryable;

    let statement = statement.to_owned();
    blocking(async move {
        let options = mysql_async::Opts::from_url(&mysql_url()).expect("the variable holds a URL");
        let mut connection = mysql_async::Conn::new(options).await.expect("the server answers");
        connection.query_drop(statement).await.expect("the server does as it is told");
        connection.disconnect().await.expect("the server lets go");
    });
}

/// Runs to the end on a thread of its own, also where a runtime runs already.
pub(crate) fn blocking<T: Send + 'static>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("the system gives a test a runtime").block_on(future)
        };
        scope.spawn(run).join().expect("it does not panic")
    })
}
