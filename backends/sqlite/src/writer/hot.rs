//! Statements that run once for each job: looked up once for each transaction instead.

use rusqlite::{CachedStatement, Connection};

use crate::queries;

/// A statement that runs once for each job.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hot {
    Enqueue,
    ReadyInsert,
    ReadyDelete,
    ReadyDeleteTo,
    Claimable,
    Claim,
    Held,
    ClaimDelete,
    HistoryInsert,
}

impl Hot {
    const COUNT: usize = Self::HistoryInsert as usize + 1;

    const fn sql(self) -> &'static str {
        match self {
            Self::Enqueue => queries::ENQUEUE,
            Self::ReadyInsert => queries::READY_INSERT,
            Self::ReadyDelete => queries::READY_DELETE,
            Self::ReadyDeleteTo => queries::READY_DELETE_TO,
            Self::Claimable => queries::CLAIMABLE,
            Self::Claim => queries::CLAIM,
            Self::Held => queries::HELD,
            Self::ClaimDelete => queries::CLAIM_DELETE,
            Self::HistoryInsert => queries::HISTORY_INSERT,
        }
    }
}

/// The statements that were used so far.
#[derive(Default)]
pub(super) struct HotStatements<'a>([Option<CachedStatement<'a>>; Hot::COUNT]);

impl<'a> HotStatements<'a> {
    pub(super) fn get(&mut self, connection: &'a Connection, hot: Hot) -> rusqlite::Result<&mut CachedStatement<'a>> {
        let slot = &mut self.0[hot as usize];
        let statement = match slot.take() {
            Some(statement) => statement,
            None => connection.prepare_cached(hot.sql())?,
        };
        Ok(slot.insert(statement))
    }
}

impl std::fmt::Debug for HotStatements<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("HotStatements").finish_non_exhaustive()
    }
}
