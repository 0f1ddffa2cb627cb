//! A job in ten lines, and a program that enqueues it and waits until it has run.
//!
//! ```sh
//! cargo run -p egret-examples --bin typed_job
//! ```
//!
//! Nothing but this process is there to run the job: the enqueue starts a service inside it, which ends with it. What has
//! not run by then stays in the store, `var/egret.db` below the current folder, for the next process.

use std::time::Duration;

use egret::{App, Context, Job};

#[derive(Job)]
#[job(queue = "mailers")]
struct SendInvoice {
    invoice_id: u64,
}

impl SendInvoice {
    async fn perform(self, context: &Context) -> egret::Result {
        println!("invoice {} is on its way, sent by job {}", self.invoice_id, context.job_id());
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), egret::Error> {
    let app = App::builder().register::<SendInvoice>().build().await?;
    let id = SendInvoice { invoice_id: 7 }.perform_later(&app).await?;
    println!("enqueued job {id}");

    // A server would now serve; this program has nothing else to do.
    while let Some(job) = app.backend().find(&id).await? {
        if job.state.is_terminal() {
            println!("{} {}", job.class, job.state);
            break;
        }
        app.backend().wait(Duration::from_millis(100)).await;
    }
    Ok(())
}
