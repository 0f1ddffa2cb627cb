//! The pieces of code that the guide shows, as one program that compiles and runs.
//!
//! ```sh
//! cargo run -p egret-examples --bin guide
//! ```

use std::time::Duration;

use egret::{App, Context, Job};
use egret_core::Parameter;

#[derive(Job)]
struct SendInvoice {
    invoice_id: u64,
}

impl SendInvoice {
    async fn perform(self, context: &Context) -> egret::Result {
        context.log(format_args!("invoice {} is on its way", self.invoice_id));
        Ok(())
    }
}

// ANCHOR: retry
#[derive(Job)]
#[job(
    queue = "external",
    retry_on(std::io::Error, wait = "polynomially_longer", attempts = 8),
    discard_on("Feed::Gone"),
    time_limit = "2m"
)]
struct FetchFeed {
    url: String,
}
// ANCHOR_END: retry

impl FetchFeed {
    async fn perform(self, context: &Context) -> Result<(), std::io::Error> {
        context.log(format_args!("nothing new at {}", self.url));
        Ok(())
    }
}

#[derive(Job)]
struct PublishSite {
    pages: Vec<String>,
}

// ANCHOR: long
impl PublishSite {
    async fn perform(self, context: &Context) -> egret::Result {
        for page in &self.pages {
            if context.is_cancelled() {
                // Whoever cancelled knows that the rest is missing; the next run does it again.
                break;
            }
            publish(page).await?;
        }
        Ok(())
    }
}
// ANCHOR_END: long

async fn publish(page: &str) -> egret::Result {
    tracing::info!(page, "published");
    Ok(())
}

// ANCHOR: statements
fn store_together(app: &App, mut execute: impl FnMut(&str, &[Parameter])) -> Result<(), egret::Error> {
    for statement in app.enqueue_statements([SendInvoice { invoice_id: 7 }.set().prepare()?])? {
        execute(&statement.text, &statement.parameters); // numbers and texts only
    }
    Ok(())
}
// ANCHOR_END: statements

#[tokio::main]
async fn main() -> Result<(), egret::Error> {
    let app =
        App::builder().register::<SendInvoice>().register::<FetchFeed>().register::<PublishSite>().build().await?;

    // ANCHOR: set
    SendInvoice { invoice_id: 7 }
        .set()
        .wait(Duration::from_secs(300)) // not before five minutes have passed
        .queue("low") // another queue than the class says
        .priority(-10) // smaller runs first
        .perform_later(&app)
        .await?;
    // ANCHOR_END: set

    // ANCHOR: bulk
    let jobs: Result<Vec<_>, _> = (1..=1_000).map(|invoice_id| SendInvoice { invoice_id }.set().prepare()).collect();
    app.enqueue_all(jobs?).await?;
    // ANCHOR_END: bulk

    FetchFeed { url: "https://example.org/feed".into() }.perform_later(&app).await?;
    PublishSite { pages: vec!["index".into()] }.perform_later(&app).await?;
    // The embedded store takes jobs within a transaction of `rusqlite` alone.
    assert!(store_together(&app, |_, _| {}).is_err());
    println!("{} jobs wait or run", app.backend().counts().await?.live());
    Ok(())
}
