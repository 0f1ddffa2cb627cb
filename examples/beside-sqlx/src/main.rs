//! Egret beside SQLx and SeaORM: one program, one SQLite library, one database file.
//!
//! ```sh
//! make beside-sqlx
//! ```
//!
//! The application keeps its invoices in `var/shop.db`, where Egret has its tables as well. It writes with SeaORM, reads
//! with SQLx, and enqueues with Egret; once through the usual `perform_later`, and once inside a transaction, so that an
//! invoice and the job that sends it are stored together or not at all. Delayed Job's table, in a database of its own, takes jobs
//! within a transaction of SQLx.

mod own_transaction;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use egret::config::{Config, LoadOptions};
use egret::{App, Context, Job};
use egret_core::{Backend, Enqueued, JobId, JobState, NewJob, Origin};
use egret_sqlite::rusqlite::{Connection, TransactionBehavior};
use egret_sqlite::{SqliteBackend, SqliteOptions};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Job)]
struct SendInvoice {
    invoice_id: u64,
}

impl SendInvoice {
    async fn perform(self, _context: &Context) -> egret::Result {
        println!("invoice {} is on its way", self.invoice_id);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shop.db");
    let store = SqliteBackend::open(SqliteOptions::new(&file))?;
    let config = Config::load(&LoadOptions::in_folder(folder.path()))?;
    let app = App::builder().config(config).backend(store.clone()).register::<SendInvoice>().build().await?;

    make_invoices_with_sea_orm(&file).await?;
    let first = SendInvoice { invoice_id: 1 }.perform_later(&app).await?;
    wait_until_completed(&*store, &first).await?;

    let second = invoice_and_job_together(&store, &file)?;
    app.start_service_if_needed().await?;
    wait_until_completed(&*store, &second).await?;

    own_transaction::try_both(folder.path()).await?;

    let (n_invoices, version) = look_with_sqlx(&file).await?;
    println!("{n_invoices} invoices, SQLite {version} for all three");
    assert_eq!(version, egret_sqlite::rusqlite::version(), "only one SQLite is linked");
    assert!(store.check(egret_core::CareProgress::silent()).await?.is_whole);
    Ok(())
}

async fn make_invoices_with_sea_orm(file: &Path) -> Result<()> {
    let mut options = ConnectOptions::new(format!("sqlite:{}", file.display()));
    options.sqlx_logging(false);
    let database = Database::connect(options).await?;
    database.execute_unprepared("CREATE TABLE invoices (id INTEGER PRIMARY KEY, total INTEGER NOT NULL)").await?;
    database.execute_unprepared("INSERT INTO invoices (id, total) VALUES (1, 4200)").await?;
    database.close().await?;
    Ok(())
}

/// The invoice and its job are one commit. A transaction of SQLx cannot take part, because it is on a connection that only
/// SQLx can reach; one of `rusqlite` on the same file can.
fn invoice_and_job_together(store: &SqliteBackend, file: &Path) -> Result<JobId> {
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("INSERT INTO invoices (id, total) VALUES (2, 1900)", [])?;
    let data = SendInvoice { invoice_id: 2 }.set().prepare()?.data().clone();
    let pending = store.enqueue_in(&transaction, vec![NewJob::new(data, Origin::Application)], None)?;
    let [Enqueued::Stored(id)] = pending.outcomes() else {
        return Err("the job was not stored".into());
    };
    let id = id.clone();
    transaction.commit()?;
    // Nobody asked for a right to start a service, so there is none to use.
    let _ = pending.wake();
    Ok(id)
}

async fn look_with_sqlx(file: &Path) -> Result<(i64, String)> {
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(file).read_only(true)).await?;
    let row = sqlx::query("SELECT count(*), sqlite_version() FROM invoices").fetch_one(&pool).await?;
    pool.close().await;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

async fn wait_until_completed(store: &dyn Backend, id: &JobId) -> Result<()> {
    for _ in 0..600 {
        match store.find(id).await?.map(|job| job.state) {
            Some(JobState::Completed) => return Ok(()),
            Some(state) if state.is_terminal() => return Err(format!("the job ended as {state}").into()),
            _ => store.wait(Duration::from_millis(100)).await,
        }
    }
    Err("the job never ran".into())
}
