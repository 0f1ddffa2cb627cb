//! The verb *find*: no index tells ids, so that the database looks for them in the handlers.

use egret_core::{JobFilter, JobId, JobOrder, JobRecord, Result};

use super::Store;
use super::filter_walk::Place;
use super::record::row_of_id;
use super::row::read;
use super::transaction::Step;
use crate::table::Row;

const CONTAINING: &str = include_str!("../../queries/containing.sql");

impl Store {
    pub(super) async fn find_job(&self, id: &JobId) -> Result<Option<JobRecord>> {
        let mut step = self.look().await?;
        let Some(row) = self.find_row(&mut step, id).await? else { return Ok(None) };
        let mark = self.marks_of(&mut step, &[row.id]).await?.remove(&row.id);
        let known = match mark.as_ref().and_then(|mark| mark.service) {
            Some(service) => self.known(&mut step, service).await?,
            None => None,
        };
        let runner = known.map(|known| known.runner());
        Ok(Some(self.record(&row, mark.as_ref(), runner.as_ref(), self.clock())))
    }

    /// The row of an id; of several a live one, and of those the first.
    pub(super) async fn find_row(&self, step: &mut Step<'_>, id: &JobId) -> Result<Option<Row>> {
        let is_meant = |row: &Row| self.read_job(row).id() == *id;
        if let Some(number) = row_of_id(id) {
            let rows = self.look_at_rows(step, &[number]).await?;
            return Ok(rows.into_iter().find(is_meant));
        }
        let is_plain =
            !id.as_str().is_empty() && id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_plain {
            return self.find_odd(step, id).await;
        }
        let found = step.query(&self.tables.fill(CONTAINING), vec![format!("%{id}%").into()]).await?;
        let mut rows: Vec<Row> = found.iter().map(read).collect();
        rows.retain(is_meant);
        let live = rows.iter().position(|row| row.failed_at.is_none());
        Ok(rows.into_iter().nth(live.unwrap_or(0)))
    }

    /// YAML may write such an id in more than one way.
    async fn find_odd(&self, step: &mut Step<'_>, id: &JobId) -> Result<Option<Row>> {
        let filter = JobFilter::all();
        let mut walk = self.walk(step, &filter, JobOrder::DueFirst, Some(Place::FIRST_STORED)).await?;
        let mut given_up = None;
        while let Some(rows) = self.next_rows(step, &mut walk).await? {
            for placed in rows.into_iter().filter(|placed| placed.record.id == *id) {
                match placed.row.failed_at {
                    None => return Ok(Some(placed.row)),
                    Some(_) => given_up = given_up.or(Some(placed.row)),
                }
            }
        }
        Ok(given_up)
    }
}
