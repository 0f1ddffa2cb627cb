//! A step on both kinds of tables: Delayed Job's, and ours.

use egret_core::Result;
use jiff::tz::TimeZone;

use super::Store;
use super::tables::Tables;
use crate::database::{Columns, Session, Value};

/// An open step. Where ours lie beside Delayed Job's both are one transaction; else ours are this process's own.
pub(super) struct Step<'a> {
    jobs: Box<dyn Session>,
    apart: Option<Box<dyn Session>>,
    store: &'a Store,
}

impl Store {
    /// Begins a step that writes.
    pub(super) async fn begin(&self) -> Result<Step<'_>> {
        let jobs = self.database.begin().await?;
        let apart = match &self.apart {
            Some(apart) => Some(apart.database.begin().await?),
            None => None,
        };
        Ok(Step { jobs, apart, store: self })
    }

    /// Begins a step that only looks, at one moment.
    pub(super) async fn snapshot(&self) -> Result<Step<'_>> {
        let jobs = self.database.snapshot().await?;
        let apart = match &self.apart {
            Some(apart) => Some(apart.database.snapshot().await?),
            None => None,
        };
        Ok(Step { jobs, apart, store: self })
    }

    /// Begins a step that only looks.
    pub(super) async fn look(&self) -> Result<Step<'_>> {
        let jobs = self.database.look().await?;
        let apart = match &self.apart {
            Some(apart) => Some(apart.database.look().await?),
            None => None,
        };
        Ok(Step { jobs, apart, store: self })
    }
}

impl Step<'_> {
    /// Asks Delayed Job's table.
    pub(super) async fn query(&mut self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Columns>> {
        let zone = &self.store.settings.time_zone;
        let found = self.jobs.query(statement, shown_in(zone, parameters)).await?;
        Ok(found.into_iter().map(|columns| columns.in_zone(zone)).collect())
    }

    /// Writes to Delayed Job's table.
    pub(super) async fn execute(&mut self, statement: &str, parameters: Vec<Value>) -> Result<u64> {
        self.jobs.execute(statement, shown_in(&self.store.settings.time_zone, parameters)).await
    }

    /// Stores one row in Delayed Job's table and gives its number.
    pub(super) async fn insert(&mut self, statement: &str, parameters: Vec<Value>) -> Result<i64> {
        self.jobs.insert(statement, shown_in(&self.store.settings.time_zone, parameters)).await
    }

    /// Asks a table of ours.
    pub(super) async fn ask_ours(&mut self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Columns>> {
        let statement = self.our_tables().fill(statement);
        self.ours().query(&statement, parameters).await
    }

    /// Writes to a table of ours.
    pub(super) async fn tell_ours(&mut self, statement: &str, parameters: Vec<Value>) -> Result<u64> {
        let statement = self.our_tables().fill(statement);
        self.ours().execute(&statement, parameters).await
    }

    /// Inserts rows of a table of ours.
    pub(super) async fn insert_ours(&mut self, statement: &str, rows: Vec<Vec<Value>>) -> Result<u64> {
        let statement = self.our_tables().fill(statement);
        self.ours().insert_rows(&statement, rows).await
    }

    fn ours(&mut self) -> &mut dyn Session {
        match &mut self.apart {
            Some(apart) => &mut **apart,
            None => &mut *self.jobs,
        }
    }

    fn our_tables(&self) -> &Tables {
        self.store.apart.as_ref().map_or(&self.store.tables, |apart| &apart.tables)
    }

    /// Makes what was written last.
    pub(super) async fn commit(self) -> Result<()> {
        self.jobs.commit().await?;
        match self.apart {
            Some(apart) => apart.commit().await,
            None => Ok(()),
        }
    }
}

/// Moments as clocks in the zone of the application's columns show them.
fn shown_in(zone: &TimeZone, parameters: Vec<Value>) -> Vec<Value> {
    parameters.into_iter().map(|value| value.in_zone(zone)).collect()
}
