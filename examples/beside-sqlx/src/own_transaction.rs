//! A job within the application's own transaction of SQLx, on Delayed Job's table in the application's database.

use std::path::Path;
use std::time::Duration;

use egret::config::{Config, LoadOptions};
use egret::service::StopControl;
use egret::{App, Job};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::{Result, SendInvoice};

/// Makes the tables, as `egret migrate` does, and tries a transaction that is taken back and one that is not.
pub(crate) async fn try_both(folder: &Path) -> Result<()> {
    let file = folder.join("rails.sqlite3");
    let mut options = LoadOptions::in_folder(folder);
    options.overrides = [("url", format!("delayed-job+sqlite:{}", file.display())), ("mode", "service".to_owned())]
        .map(|(key, value)| (key.to_owned(), value))
        .into();
    let config = Config::load(&options)?;
    egret::migrate(&config).await?;
    let app = App::builder().config(config).register::<SendInvoice>().build().await?;
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&file)).await?;
    sqlx::query("CREATE TABLE invoices (id INTEGER PRIMARY KEY)").execute(&pool).await?;

    let mut given_up = pool.begin().await?;
    app.enqueue_in(&mut *given_up, [SendInvoice { invoice_id: 6 }.set().prepare()?]).await?;
    given_up.rollback().await?;
    assert_eq!(app.backend().counts().await?.live(), 0, "what was taken back never was");

    // ANCHOR: transaction
    let mut transaction = pool.begin().await?;
    sqlx::query("INSERT INTO invoices (id) VALUES (7)").execute(&mut *transaction).await?;
    app.enqueue_in(&mut *transaction, [SendInvoice { invoice_id: 7 }.set().prepare()?]).await?;
    transaction.commit().await?;
    app.wake().await;
    // ANCHOR_END: transaction

    assert_eq!(app.backend().counts().await?.live(), 1);
    let stop = StopControl::new();
    let service = app.service("default")?.start(stop.clone())?;
    while app.backend().counts().await?.live() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.stop();
    service.ended().await?;
    pool.close().await;
    Ok(())
}
