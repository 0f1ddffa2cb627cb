//! `egret services list`.

use clap::Args;
use egret_core::{ClassSelection, Listing, ServicePhase, ServiceRecord, Timestamp};

use super::super::arguments::Json;
use super::super::output::{Column, Field, Paint, Table};
use super::super::{Exit, Failure, Session, moment};
use super::target::address;

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

pub(super) fn table(services: &[ServiceRecord], now: Timestamp) -> Table {
    let mut table = Table::new([
        Column::Text("NAME"),
        Column::Text("ADDRESS"),
        Column::Text("STATE"),
        Column::Number("JOBS"),
        Column::Text("CLASSES"),
        Column::Number("MEMORY"),
        Column::Text("STARTED"),
        Column::Text("QUEUES"),
    ]);
    for service in services {
        table.row([
            Field::new(&service.name),
            Field::new(address(service)),
            state(service),
            Field::new(format_args!("{}/{}", service.n_running, service.concurrency)),
            Field::new(classes(&service.classes)),
            Field::new(memory(service.resident_bytes)),
            Field::new(service.known_started_at().map_or_else(unknown, |at| moment::distance(at, now))),
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

/// How many classes it can run.
fn classes(classes: &ClassSelection) -> String {
    match classes {
        ClassSelection::All => "all".to_owned(),
        ClassSelection::Only(classes) => classes.len().to_string(),
    }
}

fn unknown() -> String {
    "-".to_owned()
}

fn memory(bytes: u64) -> String {
    match bytes {
        0 => unknown(),
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
