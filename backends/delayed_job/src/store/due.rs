//! The verb *due*.

use std::collections::HashSet;

use egret_core::{ClassSelection, Result, Selection, Timestamp};

use super::names::Kind;
use super::queues::{excluding, meant};
use super::transaction::Step;
use super::{Store, UNNAMED};

const ANY_DUE: &str = include_str!("../../queries/any_due.sql");
const NEXT_DUE: &str = include_str!("../../queries/next_due.sql");

impl Store {
    pub(super) async fn due_time(&self, selection: &Selection) -> Result<Option<Timestamp>> {
        let mut step = self.look().await?;
        self.next_due(&mut step, selection).await
    }

    /// When the next waiting row that is selected is due; now when one is.
    pub(super) async fn next_due(&self, step: &mut Step<'_>, selection: &Selection) -> Result<Option<Timestamp>> {
        let paused: HashSet<String> = self.names(step, Kind::Paused).await?.into_keys().collect();
        // A new queue must not be missed: a service that leaves would leave its job behind.
        let known = self.look_for_queues(step).await?;
        let mut queues = meant(&selection.queues, &known);
        queues.retain(|queue| !paused.contains(queue) && (known.contains(queue) || queue == UNNAMED));
        if queues.is_empty() {
            return Ok(None);
        }
        let now = self.clock();
        let expired = self.expired_before(now);
        let (in_priorities, priority_parameters) = self.in_priorities();
        let (in_queues, queue_parameters) = self.in_queues(&queues);
        let (excluded, excluded_parameters) = excluding(&self.passed_over(step, &selection.classes).await?);
        let fill = |statement: &str| {
            let statement = statement.replace("{priorities}", &in_priorities).replace("{queues}", &in_queues);
            self.tables.fill(&statement.replace("{excluded}", &excluded))
        };
        let mut parameters = vec![now.into(), expired.into()];
        parameters.extend(priority_parameters);
        parameters.extend(queue_parameters);
        parameters.extend(excluded_parameters);
        if !step.query(&fill(ANY_DUE), parameters.clone()).await?.is_empty()
            && (selection.classes == ClassSelection::All
                || self.is_any_known_due(step, &queues, &selection.classes, now).await?)
        {
            return Ok(Some(now));
        }
        let next = step.query(&fill(NEXT_DUE), parameters).await?;
        Ok(next.first().and_then(|columns| columns.moment(0)))
    }
}
