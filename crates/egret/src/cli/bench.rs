//! `egret bench`: how fast this machine is, and what bounds it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::Json;
use super::output::{Column, Field, Table};
use super::{Exit, Failure, Session};
use crate::bench::{self, BenchOptions, Figure, Report};
use crate::config::Durability;
use crate::program::Reexec;
use crate::service::ExitRule;

/// Measures how fast this machine is, each figure beside the raw limit of the store
///
/// Jobs are no-ops with one integer argument, on throw-away stores. Client, service and store share the processors. Takes
/// about a minute and a half.
#[derive(Args, Debug)]
pub(super) struct Bench {
    #[command(flatten)]
    pub(super) format: Json,
    /// Where the throw-away stores are made: the disk that is measured [default: the folder for temporary files]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// What an acknowledged job survives
    #[arg(long, value_enum, default_value_t = Survival::Full)]
    durability: Survival,
    /// How much is done: 0.1 is quick and rough
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    scale: f64,
    /// Measures only rows whose name contains this text, such as `drain`
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Serves the store of another bench; for the bench itself.
    #[arg(long, hide = true, value_name = "ROOT")]
    serve: Option<PathBuf>,
    #[arg(long, hide = true, requires = "serve")]
    until_empty: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Survival {
    /// A power loss
    Full,
    /// The end of any process
    Normal,
}

impl Bench {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        if let Some(root) = self.serve {
            let exit = if self.until_empty { ExitRule::WhenNothingIsDue } else { ExitRule::ByMode };
            bench::serve(root, exit).await?;
            return Ok(Exit::Success);
        }
        if !(0.001..=1_000.0).contains(&self.scale) {
            return Err(Failure::usage(format!("`{}` is no scale, expected 0.001 to 1000", self.scale)));
        }
        let options = BenchOptions {
            folder: self.folder.unwrap_or_else(std::env::temp_dir),
            durability: match self.durability {
                Survival::Full => Durability::Full,
                Survival::Normal => Durability::Normal,
            },
            scale: self.scale,
            only: self.only,
            reexec: Reexec::current()?,
        };
        let output = session.output();
        let report = bench::run(&options, &|row| output.note(format_args!("measuring: {row}"))).await?;
        match output.is_json() {
            true => output.json(&report)?,
            false => write(session, &report)?,
        }
        Ok(Exit::Success)
    }
}

fn write(session: &Session, report: &Report) -> Result<(), Failure> {
    let mut table = Table::new([
        Column::Text("WHAT"),
        Column::Number("FIGURE"),
        Column::Text("UNIT"),
        Column::Number("P99"),
        Column::Number("CPU µs/JOB"),
        Column::Number("RAW LIMIT"),
        Column::Number("RATIO"),
        Column::Text("WHAT THE LIMIT IS"),
    ]);
    for figure in &report.figures {
        table.row(row(figure));
    }
    let output = session.output();
    output.line(format_args!("durability {}, {} processors", report.durability, report.n_processors))?;
    output.table(table)
}

fn row(figure: &Figure) -> [Field; 8] {
    let optional = |value: Option<f64>| Field::new(value.map_or_else(String::new, number));
    [
        Field::new(&figure.name),
        Field::new(number(figure.value)),
        Field::new(figure.unit),
        optional(figure.p99),
        optional(figure.cpu_microseconds),
        optional(figure.raw_limit),
        optional(figure.ratio()),
        Field::new(figure.raw_limit_name.unwrap_or_default()),
    ]
}

/// Three digits for small numbers, none behind the point for large ones.
fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        medium if medium >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}
