//! An application with Egret's whole command line, which starts itself as the service that runs its jobs.
//!
//! ```sh
//! cargo run -p egret-examples --bin command_line -- enqueue SendInvoice '{"invoice_id": 7}'
//! cargo run -p egret-examples --bin command_line -- status
//! cargo run -p egret-examples --bin command_line -- jobs list
//! ```

use std::process::ExitCode;

use egret::{Context, Job};

#[derive(Job)]
#[job(queue = "mailers")]
struct SendInvoice {
    invoice_id: u64,
}

impl SendInvoice {
    async fn perform(self, context: &Context) -> egret::Result {
        // Lines of a job are kept with its attempt: `command_line logs show ID`.
        context.log(format_args!("invoice {} is on its way", self.invoice_id));
        Ok(())
    }
}

fn main() -> ExitCode {
    egret::cli::run(|app| app.register::<SendInvoice>())
}
