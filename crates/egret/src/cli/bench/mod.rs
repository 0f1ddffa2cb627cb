//! `egret bench`: how fast this machine is, and what bounds it.

mod words;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use self::words::said;
use super::arguments::Json;
use super::output::{Column, Field, Table};
use super::{Exit, Failure, Session};
use crate::bench::{self, BenchOptions, Figure, Report, Row, ServeUntil};
use crate::config::Durability;
use crate::language::{Language, Sentence};
use crate::program::Reexec;

/// Measures how fast this machine is, each figure beside the raw limit of the store
///
/// Jobs are no-ops with one integer argument, on throw-away stores; producers, services and store share the processors.
/// Compare figures within one run, by their ratio to the raw limit measured beside them, and by processor time. Takes about
/// two and a half minutes, and up to 2 GB of disk for the backlog.
#[derive(Args, Debug)]
pub(super) struct Bench {
    #[command(flatten)]
    pub(super) format: Json,
    /// Where the throw-away stores are made: the disk that is measured [default: the folder for temporary files]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// What an acknowledged job survives
    #[arg(long, value_enum, default_value_t = Survival::Both)]
    durability: Survival,
    /// How much is done, backlog included: 0.1 is quick and rough
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
    /// Measures the one, then the other
    Both,
}

impl Survival {
    fn durabilities(self) -> Vec<Durability> {
        match self {
            Self::Full => vec![Durability::Full],
            Self::Normal => vec![Durability::Normal],
            Self::Both => vec![Durability::Full, Durability::Normal],
        }
    }
}

impl Bench {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let durabilities = self.durability.durabilities();
        if let Some(root) = self.serve {
            let until = if self.until_empty { ServeUntil::Empty } else { ServeUntil::Stopped };
            for durability in durabilities.into_iter().take(1) {
                bench::serve(root.clone(), durability, until).await?;
            }
            return Ok(Exit::Success);
        }
        if !(0.001..=100.0).contains(&self.scale) {
            return Err(Failure::usage(Sentence::new("cli-bad-scale").with("scale", self.scale.to_string())));
        }
        let options = BenchOptions {
            folder: self.folder.unwrap_or_else(std::env::temp_dir),
            durabilities,
            scale: self.scale,
            only: self.only,
            reexec: Reexec::current()?,
        };
        let report = measure(session, &options).await?;
        match session.output().is_json() {
            true => session.output().json(&report)?,
            false => write(session, &report)?,
        }
        Ok(Exit::Success)
    }
}

/// Measures behind a bar on a terminal, else with a line for each row.
async fn measure(session: &Session, options: &BenchOptions) -> Result<Report, Failure> {
    let n_rows = bench::plan(options).len();
    if n_rows == 0 {
        let only = options.only.as_deref().unwrap_or_default();
        return Err(Failure::usage(Sentence::new("cli-no-row").with("only", only)));
    }
    let bar = ProgressBar::new(n_rows as u64);
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let output = session.output();
    let tell = |row: &Row| match bar.is_hidden() {
        true => {
            let row = session.language().text_with("bench-measuring", &[("row", row.to_string().into())]);
            output.note(row);
        }
        false => {
            // The first row begins at 0.
            bar.inc(u64::from(!bar.message().is_empty()));
            bar.set_message(row.to_string());
        }
    };
    let report = bench::run(options, &tell).await;
    bar.finish_and_clear();
    Ok(report?)
}

fn write(session: &Session, report: &Report) -> Result<(), Failure> {
    let language = session.language();
    let heading = |name: &str| language.text(&format!("bench-heading-{name}"));
    let [what, durability, figure, unit, p99, cpu, batch, limit, ratio, limit_name] =
        ["what", "durability", "figure", "unit", "p99", "cpu", "batch", "limit", "ratio", "limit-name"].map(heading);
    let mut table = Table::new([
        Column::Text(&what),
        Column::Text(&durability),
        Column::Number(&figure),
        Column::Text(&unit),
        Column::Number(&p99),
        Column::Number(&cpu),
        Column::Number(&batch),
        Column::Number(&limit),
        Column::Number(&ratio),
        Column::Text(&limit_name),
    ]);
    for figure in &report.figures {
        table.row(row(language, figure));
    }
    let output = session.output();
    let machine = [("processors", (report.n_processors as u64).into()), ("scale", report.scale.to_string().into())];
    output.line(language.text_with("bench-machine", &machine))?;
    output.table(table)
}

fn row(language: Language, figure: &Figure) -> [Field; 10] {
    let optional = |value: Option<f64>| Field::new(value.map_or_else(String::new, number));
    [
        Field::new(said(language, &figure.name)),
        Field::new(said(language, figure.durability)),
        Field::new(number(figure.value)),
        Field::new(said(language, figure.unit)),
        optional(figure.p99),
        optional(figure.cpu_microseconds),
        optional(figure.jobs_a_commit),
        optional(figure.raw_limit),
        optional(figure.ratio),
        Field::new(figure.raw_limit_name.as_deref().map(|name| said(language, name)).unwrap_or_default()),
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
