//! `egret services list`.

use clap::Args;
use egret_core::{Listing, ServicePhase, ServiceRecord, Timestamp};

use super::super::arguments::Json;
use super::super::output::{Column, Field, Paint, Table};
use super::super::{Exit, Failure, Session, moment};

/// How services are listed.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    pub(super) format: Json,
}

impl List {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let app = session.app_for_looking().await?;
        let listing = Listing::whole(app.backend().services().await?);
        let output = session.output();
        if output.is_json() {
            output.json(&listing)?;
            return Ok(Exit::Success);
        }
        if listing.items.is_empty() {
            output.note(session.language().text("services-none"));
        }
        let now = session.now().await?;
        output.table(table(&listing.items, now))?;
        Ok(Exit::Success)
    }
}

fn table(services: &[ServiceRecord], now: Timestamp) -> Table {
    let mut table = Table::new([
        Column::Text("ID"),
        Column::Text("NAME"),
        Column::Text("HOST"),
        Column::Number("PID"),
        Column::Text("MODE"),
        Column::Text("STATE"),
        Column::Number("RUNNING"),
        Column::Number("ENDED"),
        Column::Number("MEMORY"),
        Column::Text("SINCE"),
        Column::Text("QUEUES"),
    ]);
    for service in services {
        table.row([
            Field::new(service.id),
            Field::new(&service.name),
            Field::new(&service.process.host),
            Field::new(service.process.pid),
            Field::new(service.mode.as_str()),
            state(service),
            Field::new(format_args!("{}/{}", service.n_running, service.concurrency)),
            Field::new(service.n_finished),
            Field::new(memory(service.resident_bytes)),
            Field::new(moment::distance(service.started_at, now)),
            Field::new(service.queues.join(",")),
        ]);
    }
    table
}

fn state(service: &ServiceRecord) -> Field {
    match service.phase {
        _ if !service.is_alive => Field::painted("dead", Paint::Bad),
        ServicePhase::Running => Field::painted("running", Paint::Good),
        phase => Field::painted(phase.as_str(), Paint::Warning),
    }
}

fn memory(bytes: u64) -> String {
    match bytes {
        0 => "-".to_owned(),
        bytes => format!("{} MiB", bytes.div_ceil(1 << 20)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_rounded_up() {
        assert_eq!(memory(0), "-");
        assert_eq!(memory(1), "1 MiB");
        assert_eq!(memory(3 << 20), "3 MiB");
    }
}
