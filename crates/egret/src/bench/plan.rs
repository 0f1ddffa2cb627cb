//! Which rows there are, and which of them are wanted.

use std::fmt;

use super::place::Place;
use super::{BenchOptions, Figure, backlog, cold_start, drain, enqueue, idle, pickup};
use crate::Error;
use crate::config::Durability;

/// One row of the plan: a measurement under one durability.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(super) durability: Durability,
    subject: Subject,
}

/// What a row measures.
#[derive(Clone, Copy, Debug)]
enum Subject {
    Enqueue { producers: u32 },
    Bulk,
    Drain { services: u32 },
    PickupHere,
    PickupThere,
    Backlog,
    Idle,
    ColdStart,
}

/// In the order in which they are measured.
const SUBJECTS: [Subject; 11] = [
    Subject::Enqueue { producers: 1 },
    Subject::Enqueue { producers: 32 },
    Subject::Enqueue { producers: 64 },
    Subject::Bulk,
    Subject::Drain { services: 1 },
    Subject::Drain { services: 2 },
    Subject::PickupHere,
    Subject::PickupThere,
    Subject::Backlog,
    Subject::Idle,
    Subject::ColdStart,
];

impl Subject {
    /// Whether the figure is another one when the store is durable otherwise.
    const fn depends_on_durability(self) -> bool {
        !matches!(self, Self::Backlog | Self::Idle | Self::ColdStart)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enqueue { producers: 1 } => formatter.write_str("enqueue, 1 producer"),
            Self::Enqueue { producers } => write!(formatter, "enqueue, {producers} producers"),
            Self::Bulk => formatter.write_str("enqueue in bulk"),
            Self::Drain { services: 1 } => formatter.write_str("drain, 1 service"),
            Self::Drain { services } => write!(formatter, "drain, {services} services"),
            Self::PickupHere => formatter.write_str("pickup, same process"),
            Self::PickupThere => formatter.write_str("pickup, another process"),
            Self::Backlog => formatter.write_str("backlog"),
            Self::Idle => formatter.write_str("idle service"),
            Self::ColdStart => formatter.write_str("cold start"),
        }
    }
}

impl Row {
    /// Measures it.
    pub(super) async fn measure(&self, place: &Place<'_>) -> Result<Vec<Figure>, Error> {
        match self.subject {
            Subject::Enqueue { producers } => enqueue::producers(place, producers).await,
            Subject::Bulk => enqueue::bulk(place).await,
            Subject::Drain { services: 1 } => drain::alone(place).await,
            Subject::Drain { .. } => drain::with_another_process(place).await,
            Subject::PickupHere => pickup::same_process(place).await,
            Subject::PickupThere => pickup::other_process(place).await,
            Subject::Backlog => backlog::backlog(place).await,
            Subject::Idle => idle::idle(place).await,
            Subject::ColdStart => cold_start::cold_start(place).await,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, durability {}", self.subject, self.durability.as_str())
    }
}

/// The rows that are wanted, in order: everything under the first durability, then what the others change.
pub(crate) fn plan(options: &BenchOptions) -> Vec<Row> {
    let rows = options.durabilities.iter().enumerate().flat_map(|(number, durability)| {
        let subjects = SUBJECTS.into_iter().filter(move |subject| number == 0 || subject.depends_on_durability());
        subjects.map(|subject| Row { durability: *durability, subject })
    });
    let is_wanted = |row: &Row| options.only.as_ref().is_none_or(|only| row.to_string().contains(only.as_str()));
    rows.filter(is_wanted).collect()
}
