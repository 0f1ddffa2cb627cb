//! Ending several claims with few statements.

use std::collections::HashMap;

use egret_core::ClaimToken;
use rusqlite::types::Null;

use crate::finish::{Ending, Held, held, unclaim};
use crate::history::{Retirement, retire};
use crate::many_rows::ManyRows;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// For fewer endings than this, claims are looked up one by one.
const SEVERAL: usize = 8;

/// `history_insert.sql` for several rows at once.
static HISTORY_ROWS: ManyRows = ManyRows::of(queries::HISTORY_INSERT);

/// Claims that endings are about, as they were before the first of them.
pub(crate) struct Holdings(Option<HashMap<i64, Held>>);

impl Holdings {
    /// Reads them by a walk over the table of claims, which is never long, if they are several.
    pub(crate) fn read(session: &Session<'_>, endings: &[Ending]) -> rusqlite::Result<Self> {
        let records = || endings.iter().map(|ending| ending.token.record.cast_signed());
        let (Some(first), Some(last)) = (records().min(), records().max()) else { return Ok(Self(None)) };
        if endings.len() < SEVERAL {
            return Ok(Self(None));
        }
        let mut statement = session.connection.prepare_cached(queries::HELD_BETWEEN)?;
        let mut rows = statement.query([first, last])?;
        let mut held = HashMap::with_capacity(endings.len());
        while let Some(row) = rows.next()? {
            let one = Held {
                record: row.get(0)?,
                claim: row.get(1)?,
                service: row.get(2)?,
                lane: row.get(3)?,
                attempt: row.get(4)?,
                interruptions: row.get(5)?,
                flags: row.get(6)?,
            };
            held.insert(one.record, one);
        }
        Ok(Self(Some(held)))
    }

    /// The job that a token holds; each only once, since its end takes the claim away.
    pub(crate) fn take(&mut self, session: &mut Session<'_>, token: ClaimToken) -> rusqlite::Result<Option<Held>> {
        let Some(known) = &mut self.0 else { return held(session, token) };
        let (record, claim) = (token.record.cast_signed(), token.claim.cast_signed());
        let service = token.service.number().cast_signed();
        match known.get(&record) {
            Some(held) if held.claim == claim && held.service == service => Ok(known.remove(&record)),
            _ => Ok(None),
        }
    }
}

/// Ends jobs that succeeded and leave nothing else to do: no user, no unique key, no open execution.
pub(crate) fn complete(session: &mut Session<'_>, plain: &[(Held, &Ending)]) -> rusqlite::Result<()> {
    let (chunks, rest) = plain.as_chunks::<{ ManyRows::ROWS }>();
    for chunk in chunks {
        let mut unclaim = session.connection.prepare_cached(queries::CLAIMS_DELETE)?;
        for (number, (held, _)) in chunk.iter().enumerate() {
            unclaim.raw_bind_parameter(number + 1, held.record)?;
        }
        unclaim.raw_execute()?;
        write_history(session, chunk)?;
        for (held, _) in chunk {
            session.moved(held.lane, StateCode::Claimed, StateCode::Completed);
        }
    }
    for (held, ending) in rest {
        unclaim(session, held)?;
        retire(session, &retirement(held, ending))?;
    }
    Ok(())
}

fn write_history(session: &Session<'_>, chunk: &[(Held, &Ending)]) -> rusqlite::Result<()> {
    let mut statement = session.connection.prepare_cached(HISTORY_ROWS.sql())?;
    let mut place = 0;
    let mut next = || {
        place += 1;
        place
    };
    for (held, ending) in chunk {
        let state = StateCode::Completed.number();
        for value in [held.record, held.lane, state, held.attempt + 1, 0, ending.closed_at, held.claim, held.service] {
            statement.raw_bind_parameter(next(), value)?;
        }
        statement.raw_bind_parameter(next(), ending.started_at)?;
        statement.raw_bind_parameter(next(), Null)?;
        statement.raw_bind_parameter(next(), ending.value())?;
    }
    statement.raw_execute().map(|_| ())
}

fn retirement<'e>(held: &Held, ending: &'e Ending) -> Retirement<'e> {
    Retirement {
        record: held.record,
        lane: held.lane,
        state: StateCode::Completed,
        attempt: held.attempt + 1,
        interruptions: 0,
        finished_at: ending.closed_at,
        folded: Some((held.claim, held.service)),
        started_at: ending.started_at,
        error: None,
        keeps_error: false,
        has_keys: false,
        value: ending.value(),
    }
}
