//! The verb *enqueue*.

use std::collections::BTreeSet;

use egret_core::{
    EnqueueReply, EnqueueRequest, Enqueued, Error, ErrorKind, JobData, JobId, NewJob, Result, Timestamp, Words, words,
};

use super::transaction::Step;
use super::{Store, UNNAMED};
use crate::database::{Value, rows_of_marks};
use crate::handler;
use crate::table::NewRow;

pub(super) const INSERT: &str = include_str!("../../queries/insert.sql");

/// So many rows go into one statement.
const ROWS_AT_ONCE: usize = 500;

impl Store {
    pub(super) async fn enqueue_jobs(&self, request: &EnqueueRequest) -> Result<EnqueueReply> {
        if request.start.is_some() {
            return Err(self.cannot("start services on demand"));
        }
        if request.jobs.is_empty() {
            return Ok(EnqueueReply { outcomes: Vec::new(), start: None });
        }
        let mut step = self.begin().await?;
        let outcomes = self.store_jobs(&mut step, &request.jobs).await?;
        step.commit().await?;
        self.waiting.hint();
        Ok(EnqueueReply { outcomes, start: None })
    }

    /// Stores jobs as rows, in their order.
    pub(super) async fn store_jobs(&self, step: &mut Step<'_>, jobs: &[NewJob]) -> Result<Vec<Enqueued>> {
        if jobs.iter().any(|job| job.conditions.is_some()) {
            return Err(self.cannot("judge conditions of an enqueue"));
        }
        let now = self.clock();
        let mut rows = Vec::with_capacity(jobs.len());
        let mut outcomes = Vec::with_capacity(jobs.len());
        let mut queues = BTreeSet::new();
        for NewJob { data, .. } in jobs {
            let row = self.settings.row_of(data, now)?;
            queues.insert(row.queue.clone().unwrap_or_else(|| UNNAMED.to_owned()));
            match data.native.is_some() {
                // Its id is the number of its row.
                true => {
                    self.insert_rows(step, std::mem::take(&mut rows), now).await?;
                    let id = self.insert_row(step, row, now).await?;
                    outcomes.push(Enqueued::Stored(JobId::new(format!("{}-{id}", handler::FORMAT))));
                }
                false => {
                    rows.push(row);
                    outcomes.push(Enqueued::Stored(data.job_id.clone()));
                }
            }
        }
        self.insert_rows(step, rows, now).await?;
        self.remember_queues(step, &queues).await?;
        for queue in &queues {
            self.forget_queues_without(queue);
        }
        Ok(outcomes)
    }

    async fn insert_rows(&self, step: &mut Step<'_>, rows: Vec<NewRow>, now: Timestamp) -> Result<()> {
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let statement = self.insert_statement(rows.len());
            let mut parameters = Vec::with_capacity(rows.len() * 6);
            for row in rows {
                parameters.extend(self.row_parameters(row, now)?);
            }
            step.execute(&statement, parameters).await?;
        }
        Ok(())
    }

    async fn insert_row(&self, step: &mut Step<'_>, row: NewRow, now: Timestamp) -> Result<i64> {
        let parameters = self.row_parameters(&row, now)?;
        step.insert(&self.insert_statement(1), parameters).await
    }

    /// Refuses a handler that the column would cut, or that the server would refuse with worse words.
    pub(super) fn check_handler(&self, handler: &str) -> Result<()> {
        let table = self.tables.table();
        let refusal = match self.tables.handler.longest {
            Some(most) if handler.len() as u64 > most => Some(words!(
                "database-long-handler",
                "the handler has {n} bytes, the column `handler` of `{table}` holds {most}; as `longtext` it would hold more",
                n = handler.len(),
                table = table,
                most = most
            )),
            _ => self.tables.handler.refusal(handler, "handler", &table),
        };
        refusal.map_or(Ok(()), |words| Err(Error::new(ErrorKind::InvalidInput, words)))
    }

    /// Refuses a queue that the column would cut or change, so that the job would wait in another.
    pub(super) fn check_queue(&self, queue: &str) -> Result<()> {
        let invalid = |words: Words| Err(Error::new(ErrorKind::InvalidInput, words));
        let table = self.tables.table();
        let longest = self.tables.queue.longest.unwrap_or(LONGEST_QUEUE).min(LONGEST_QUEUE);
        if queue.contains('\0') {
            return invalid(words!(
                "database-queue-nul",
                "the name of a queue holds no NUL, which PostgreSQL would refuse"
            ));
        }
        if queue.chars().count() as u64 > longest {
            return invalid(words!(
                "database-long-queue",
                "the name of a queue has at most {most} characters in the column `queue` of `{table}`",
                most = longest,
                table = table
            ));
        }
        self.tables.queue.refusal(queue, "queue", &table).map_or(Ok(()), invalid)
    }

    fn insert_statement(&self, n_rows: usize) -> String {
        let (column, n_columns) = if self.tables.has_queue { (", queue", 6) } else { ("", 5) };
        let statement = INSERT.replace("{queue_column}", column).replace("{rows}", &rows_of_marks(n_rows, n_columns));
        self.tables.fill(&statement)
    }

    pub(super) fn row_parameters(&self, row: &NewRow, now: Timestamp) -> Result<Vec<Value>> {
        self.check_handler(&row.handler)?;
        row.queue.as_deref().map_or(Ok(()), |queue| self.check_queue(queue))?;
        let mut parameters: Vec<Value> = vec![
            i64::from(row.priority).into(),
            row.handler.as_str().into(),
            row.run_at.into(),
            now.into(),
            now.into(),
        ];
        match (self.tables.has_queue, &row.queue) {
            (true, queue) => parameters.push(queue.clone().into()),
            // What names no queue of its own waits in the only one that there is.
            (false, None) => {}
            (false, Some(queue)) if queue == egret_core::job_data::DEFAULT_QUEUE => {}
            (false, Some(queue)) => {
                let words = words!(
                    "database-no-queue",
                    "the table `{table}` has no column `queue`, so that nothing can be in the queue `{queue}`; Delayed Job's \
                     generator `delayed_job:upgrade` adds it",
                    table = self.tables.table(),
                    queue = queue
                );
                return Err(Error::new(ErrorKind::Refused, words));
            }
        }
        Ok(parameters)
    }
}

impl crate::table::Settings {
    /// The row of a new job.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when the job has no form in YAML, or a value that no column takes.
    pub fn row_of(&self, data: &JobData, now: Timestamp) -> Result<NewRow> {
        let handler = handler::encode(data, self.limits).map_err(|error| {
            let words = words!("database-no-handler", "the job `{id}` cannot be stored", id = data.job_id);
            Error::new(ErrorKind::InvalidInput, words).with_source(error)
        })?;
        // Active Job's adapter always names a queue; a job of Delayed Job's own kinds need not.
        let named = data.queue_name.as_deref().or_else(|| data.native.is_none().then(|| data.queue()));
        let queue = self.queue_of(named);
        let run_at = data.scheduled_at.map_or(now, |at| egret_core::job_data::from_microseconds(at.as_microsecond()));
        Ok(NewRow { priority: self.column_priority(data, queue.as_deref())?, handler, run_at, queue })
    }

    /// The priority of a job as the column holds it.
    pub(crate) fn column_priority(&self, data: &JobData, queue: Option<&str>) -> Result<i32> {
        let named = data.priority.map(i32::try_from).transpose();
        let named = named.map_err(|error| {
            let words = words!(
                "database-priority",
                "the priority `{priority}` is beyond what the column holds",
                priority = data.priority.unwrap_or(0)
            );
            Error::new(ErrorKind::InvalidInput, words).with_source(error)
        })?;
        Ok(self.priority_of(named, queue))
    }
}

/// Characters of the column `queue` on MySQL; the others take longer ones, which no other database could.
const LONGEST_QUEUE: u64 = 255;
