//! `egret services quiet|resume|stop`.

use std::time::{Duration, Instant};

use clap::Args;
use egret_core::{ErrorKind, Listing, ServiceId, ServiceOrder, ServicePhase, ServiceRecord};
use indicatif::ProgressBar;
use serde::Serialize;

use super::super::agreement::AgreementArguments;
use super::super::arguments::Json;
use super::super::output::{Column, Field, Table};
use super::super::{Exit, Failure, Session, moment};
use super::list;
use super::target::TargetArguments;
use crate::App;
use crate::bulk::SAMPLES;
use crate::language::Sentence;

/// Between two looks at services that are waited for.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What the three orders have in common.
#[derive(Args, Debug)]
#[command(
    after_help = "A service learns of an order within a second or, where hints do not reach it, five. The latest order \
    counts, but nothing takes a stop back."
)]
pub(super) struct OrderArguments {
    #[command(flatten)]
    targets: TargetArguments,
    #[command(flatten)]
    agreement: AgreementArguments,
    /// Waits until it is done: quiet with nothing running, claiming again, or gone
    #[arg(long)]
    wait: bool,
    /// How long to wait at most; then the command fails, and the order stands
    #[arg(long, value_name = "TIME", default_value = "60s", requires = "wait", value_parser = moment::parse_time_limit)]
    timeout: Duration,
    #[command(flatten)]
    pub(super) format: Json,
}

/// What became of one service.
#[derive(Clone, Debug, Serialize)]
struct Ordered {
    id: ServiceId,
    name: String,
    host: String,
    pid: u32,
    order: &'static str,
    result: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It has the order.
    Ordered,
    /// It has done it.
    Done,
    /// It had left before it could take the order.
    Gone,
    /// It is dead.
    Dead,
    /// It would get the order; nobody agreed.
    Matching,
}

/// The message that asks whether all of them are to have the order.
fn question(order: ServiceOrder) -> &'static str {
    match order {
        ServiceOrder::Quiet => "services-ask-quiet",
        ServiceOrder::Resume => "services-ask-resume",
        ServiceOrder::Stop => "services-ask-stop",
    }
}

/// How many there are, and some of them. Beside the data: what became of them is the data.
async fn show(session: &Session, found: &[ServiceRecord]) -> Result<(), Failure> {
    let (output, language) = (session.output(), session.language());
    let (samples, more) = found.split_at(found.len().min(SAMPLES));
    if !found.is_empty() {
        output.note(language.text_with("services-found", &[("count", (found.len() as u64).into())]));
    }
    output.note_table(list::table(samples, session.now().await?));
    if !more.is_empty() {
        output.note(language.text_with("bulk-more", &[("count", (more.len() as u64).into())]));
    }
    Ok(())
}

impl OrderArguments {
    pub(super) async fn perform(self, session: &Session, order: ServiceOrder) -> Result<Exit, Failure> {
        let agreement = self.agreement.agreement();
        if self.targets.is_filter() {
            agreement.check(session)?;
        }
        let app = session.app_for_looking().await?;
        let targets = self.targets.find(app.backend().services().await?)?;
        if self.targets.is_filter() {
            if agreement.shows(session) {
                show(session, &targets.alive).await?;
            }
            if !agreement.is_given(session, targets.alive.len() as u64, question(order)).await? {
                let planned = targets.alive.iter().map(|service| Ordered::new(service, order, Outcome::Matching));
                return report(session, planned.collect()).map(|()| Exit::Success);
            }
        }
        let mut results: Vec<Ordered> =
            targets.dead.iter().map(|service| Ordered::new(service, order, Outcome::Dead)).collect();
        for service in &targets.alive {
            let result = match app.backend().order(service.id, order).await {
                Ok(()) => Outcome::Ordered,
                Err(error) if error.kind() == ErrorKind::NotFound => Outcome::Gone,
                Err(error) => return Err(error.into()),
            };
            results.push(Ordered::new(service, order, result));
        }
        app.backend().wake().await;
        let late = match self.wait {
            true => wait(app, order, &mut results, self.timeout).await?,
            false => 0,
        };
        report(session, results)?;
        match late {
            0 => Ok(Exit::Success),
            n => {
                let message = Sentence::new("cli-order-late").with("n", n as u64).with("order", order.as_str());
                Err(Failure::new(message.with("time", moment::length(self.timeout).to_string()))
                    .with_hint(Sentence::new("cli-order-late-hint")))
            }
        }
    }
}

/// Waits until every order is followed, and answers how many were not in time.
async fn wait(app: &App, order: ServiceOrder, results: &mut [Ordered], timeout: Duration) -> Result<usize, Failure> {
    // Shown on a terminal only.
    let progress = ProgressBar::new(results.len() as u64).with_message(format!("services {}", order.as_str()));
    progress.enable_steady_tick(LOOK_EVERY);
    let deadline = Instant::now() + timeout;
    loop {
        let services = app.backend().services().await?;
        for result in results.iter_mut().filter(|result| result.result == Outcome::Ordered) {
            let present = services.iter().find(|service| service.id == result.id);
            if let Some(outcome) = followed(order, present) {
                result.result = outcome;
            }
        }
        let n_left = results.iter().filter(|result| result.result == Outcome::Ordered).count();
        progress.set_position((results.len() - n_left) as u64);
        if n_left == 0 || Instant::now() >= deadline {
            progress.finish_and_clear();
            return Ok(n_left);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Whether a service has done what it was ordered to do; `None` while it has not.
fn followed(order: ServiceOrder, service: Option<&ServiceRecord>) -> Option<Outcome> {
    let Some(service) = service else {
        return Some(if order == ServiceOrder::Stop { Outcome::Done } else { Outcome::Gone });
    };
    if !service.is_alive {
        return Some(Outcome::Dead);
    }
    let is_done = match order {
        ServiceOrder::Quiet => service.phase == ServicePhase::Quiet && service.n_running == 0,
        ServiceOrder::Resume => service.phase == ServicePhase::Running,
        ServiceOrder::Stop => false,
    };
    is_done.then_some(Outcome::Done)
}

fn report(session: &Session, results: Vec<Ordered>) -> Result<(), Failure> {
    let output = session.output();
    if output.is_json() {
        return output.json(&Listing::whole(results));
    }
    if results.is_empty() {
        output.note(session.language().text("services-none"));
    }
    // They were shown before.
    if results.iter().all(|result| result.result == Outcome::Matching) {
        return Ok(());
    }
    let mut table =
        Table::new([Column::Text("ID"), Column::Text("NAME"), Column::Text("ADDRESS"), Column::Text("RESULT")]);
    for result in &results {
        let text = match result.result {
            Outcome::Ordered => session.language().text("services-ordered"),
            Outcome::Done => session.language().text("services-done"),
            Outcome::Gone => session.language().text("services-gone"),
            Outcome::Dead => session.language().text("services-dead"),
            Outcome::Matching => session.language().text("services-matching"),
        };
        table.row([
            Field::new(result.id),
            Field::new(&result.name),
            Field::new(format_args!("{}:{}", result.host, result.pid)),
            Field::new(text),
        ]);
    }
    output.table(table)
}

impl Ordered {
    fn new(service: &ServiceRecord, order: ServiceOrder, result: Outcome) -> Self {
        Self {
            id: service.id,
            name: service.name.clone(),
            host: service.process.host.clone(),
            pid: service.process.pid,
            order: order.as_str(),
            result,
        }
    }
}
