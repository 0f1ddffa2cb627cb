//! The verb *find*: no index tells ids, so that the database looks for them in the handlers.

use std::collections::{HashMap, HashSet};

use egret_core::{JobFilter, JobId, JobOrder, JobRecord, Result};

use super::Store;
use super::filter_walk::Place;
use super::record::row_of_id;
use super::row::{is_large, read};
use super::transaction::Step;
use crate::database::Value;
use crate::table::Row;

const CONTAINING: &str = include_str!("../../queries/containing.sql");

/// So many ids are looked for in one reading of the table.
const AT_ONCE: usize = 100;

/// The rows that were found of some ids: of several of one id a live one, and of those the first.
#[derive(Debug)]
struct Found<'a> {
    wanted: HashSet<&'a JobId>,
    rows: HashMap<JobId, Row>,
}

impl Found<'_> {
    /// Rows must come in the order of their numbers.
    fn add(&mut self, id: JobId, row: Row) {
        let is_better = |known: &Row| (known.failed_at.is_some(), known.id) > (row.failed_at.is_some(), row.id);
        if self.wanted.contains(&id) && self.rows.get(&id).is_none_or(is_better) {
            self.rows.insert(id, row);
        }
    }
}

impl Store {
    pub(super) async fn find_job(&self, id: &JobId) -> Result<Option<JobRecord>> {
        let mut step = self.look().await?;
        let Some(row) = self.find_rows(&mut step, std::slice::from_ref(id)).await?.remove(id) else { return Ok(None) };
        let mark = self.marks_of(&mut step, &[row.id]).await?.remove(&row.id);
        let known = match mark.as_ref().and_then(|mark| mark.service) {
            Some(service) => self.known(&mut step, service).await?,
            None => None,
        };
        let runner = known.map(|known| known.runner());
        Ok(Some(self.record(&row, mark.as_ref(), runner.as_ref(), self.clock())))
    }

    /// The rows of ids, as far as there are any.
    pub(super) async fn find_rows(&self, step: &mut Step<'_>, ids: &[JobId]) -> Result<HashMap<JobId, Row>> {
        let mut found = Found { wanted: ids.iter().collect(), rows: HashMap::new() };
        let numbers: Vec<i64> = ids.iter().filter_map(row_of_id).collect();
        let rows = self.look_at_rows(step, &numbers).await?;
        self.add_rows(&mut found, rows).await;
        let named = ids.iter().filter(|id| row_of_id(id).is_none());
        let (plain, odd): (Vec<&JobId>, Vec<&JobId>) = named.partition(|id| is_plain(id));
        for ids in plain.chunks(AT_ONCE) {
            let conditions = vec!["handler LIKE ?"; ids.len()].join(" OR ");
            let parameters: Vec<Value> = ids.iter().map(|id| format!("%{id}%").into()).collect();
            let statement = self.tables.fill(&CONTAINING.replace("{conditions}", &conditions));
            let rows = step.query(&statement, parameters).await?.iter().map(read).collect();
            self.add_rows(&mut found, rows).await;
        }
        if !odd.is_empty() {
            self.find_odd(step, &mut found).await?;
        }
        Ok(found.rows)
    }

    async fn add_rows(&self, found: &mut Found<'_>, rows: Vec<Row>) {
        for row in rows {
            if is_large(&row) {
                // Beats are sent by this thread as well.
                tokio::task::yield_now().await;
            }
            found.add(self.read_job(&row).id(), row);
        }
    }

    /// YAML may write such ids in more than one way: every row is read.
    async fn find_odd(&self, step: &mut Step<'_>, found: &mut Found<'_>) -> Result<()> {
        let filter = JobFilter::all();
        let mut walk = self.walk(step, &filter, JobOrder::DueFirst, Some(Place::FIRST_STORED)).await?;
        while let Some(rows) = self.next_rows(step, &mut walk).await? {
            for placed in rows {
                found.add(placed.record.id, placed.row);
            }
        }
        Ok(())
    }
}

/// Whether YAML writes the id in one way only.
fn is_plain(id: &JobId) -> bool {
    !id.as_str().is_empty() && id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
