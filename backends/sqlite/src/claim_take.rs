//! Taking the jobs that a claim has chosen: out of their lanes, into the table of claims.
//!
//! Several at once go by few statements: payloads by a walk over their part of the table, places by a range, since a claim
//! takes the first jobs of each lane without a gap, and claims several to a statement.

use std::collections::HashMap;
use std::sync::Arc;

use egret_core::{ClaimToken, ServiceId};
use rusqlite::{Row, params};

use crate::claim::{ClaimedRow, Head};
use crate::finish::FLAG_HAS_KEYS;
use crate::many_rows::ManyRows;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::{Hot, Session};

/// Payloads are read by a walk when the walk passes at most so many rows for each that is wanted.
const ROWS_PASSED: i64 = 4;
/// Fewer jobs than this are taken one by one.
const SEVERAL: usize = 4;

/// `claim.sql` for several rows at once.
static CLAIM_ROWS: ManyRows = ManyRows::of(queries::CLAIM);

/// Claims the jobs, in order.
pub(crate) fn take(
    session: &mut Session<'_>,
    heads: &[Head],
    queue: &Arc<str>,
    service: ServiceId,
) -> rusqlite::Result<Vec<ClaimedRow>> {
    let first_number = session.books.next_numbers(heads.len() as i64);
    let mut wanted = HashMap::with_capacity(heads.len());
    for (number, head) in (first_number..).zip(heads) {
        let token = ClaimToken { service, record: head.record.cast_unsigned(), claim: number.cast_unsigned() };
        wanted.insert(head.record, (head, token));
    }
    let mut read = read_all(session, &wanted, queue)?;
    leave_lanes(session, heads)?;
    let mut claimed = Vec::with_capacity(heads.len());
    let mut flags = Vec::with_capacity(heads.len());
    for head in heads {
        let (row, has_keys) = read.remove(&head.record).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        session.moved(head.lane, waits_as(head), StateCode::Claimed);
        claimed.push(row);
        flags.push(if has_keys { FLAG_HAS_KEYS } else { 0 });
    }
    write_claims(session, heads, &claimed, &flags)?;
    Ok(claimed)
}

const fn waits_as(head: &Head) -> StateCode {
    if head.is_suspect { StateCode::Suspect } else { StateCode::Available }
}

type Wanted<'h> = HashMap<i64, (&'h Head, ClaimToken)>;

/// The jobs by record, each with whether it has a user or a unique key.
fn read_all(
    session: &mut Session<'_>,
    wanted: &Wanted<'_>,
    queue: &Arc<str>,
) -> rusqlite::Result<HashMap<i64, (ClaimedRow, bool)>> {
    let read = |row: &Row<'_>, head: &Head, token: ClaimToken| {
        let claimed = ClaimedRow {
            token,
            job_key: row.get(1)?,
            queue: Arc::clone(queue),
            attempt: row.get(2)?,
            interruptions: row.get(3)?,
            due_at: head.due_at,
            origin: row.get(4)?,
            payload: row.get_ref(6)?.as_bytes()?.to_vec(),
        };
        Ok((claimed, row.get::<_, bool>(5)?))
    };
    let mut found = HashMap::with_capacity(wanted.len());
    let (first, last) = (wanted.keys().min().copied().unwrap_or(0), wanted.keys().max().copied().unwrap_or(0));
    if wanted.len() >= SEVERAL && last - first < ROWS_PASSED * wanted.len() as i64 {
        let mut statement = session.connection.prepare_cached(queries::CLAIMABLE_BETWEEN)?;
        let mut rows = statement.query([first, last])?;
        while let Some(row) = rows.next()? {
            let record = row.get(0)?;
            if let Some((head, token)) = wanted.get(&record) {
                found.insert(record, read(row, head, *token)?);
            }
        }
        return Ok(found);
    }
    for (record, (head, token)) in wanted {
        let one = session.hot(Hot::Claimable)?.query_row([record], |row| read(row, head, *token))?;
        found.insert(*record, one);
    }
    Ok(found)
}

/// Takes the places: of each lane the first ones, which no other job can have come between.
fn leave_lanes(session: &mut Session<'_>, heads: &[Head]) -> rusqlite::Result<()> {
    let mut lanes: HashMap<(i64, bool), (usize, &Head)> = HashMap::new();
    for head in heads {
        let (n_taken, last) = lanes.entry((head.lane, head.is_suspect)).or_insert((0, head));
        *n_taken += 1;
        *last = head;
    }
    for ((lane, is_suspect), (n_taken, last)) in lanes {
        let delete = if n_taken == 1 { Hot::ReadyDelete } else { Hot::ReadyDeleteTo };
        let place = params![lane, is_suspect, last.priority, last.due_at, last.position];
        let n_deleted = session.hot(delete)?.execute(place)?;
        if n_deleted != n_taken {
            // Never seen. Rolled back, rather than a job lost.
            return Err(rusqlite::Error::StatementChangedRows(n_deleted));
        }
    }
    Ok(())
}

fn write_claims(
    session: &mut Session<'_>,
    heads: &[Head],
    claimed: &[ClaimedRow],
    flags: &[i64],
) -> rusqlite::Result<()> {
    let rows: Vec<_> = heads.iter().zip(claimed).zip(flags).collect();
    let (chunks, rest) = rows.as_chunks::<{ ManyRows::ROWS }>();
    for chunk in chunks {
        let mut statement = session.connection.prepare_cached(CLAIM_ROWS.sql())?;
        let mut place = 0;
        for ((head, row), flags) in chunk {
            let number = row.token.claim.cast_signed();
            let owner = row.token.service.number().cast_signed();
            let (attempt, interruptions) = (i64::from(row.attempt), i64::from(row.interruptions));
            for value in [head.record, number, owner, head.lane, attempt, interruptions, **flags] {
                place += 1;
                statement.raw_bind_parameter(place, value)?;
            }
        }
        statement.raw_execute()?;
    }
    for ((head, row), flags) in rest {
        let (number, owner) = (row.token.claim.cast_signed(), row.token.service.number().cast_signed());
        let params = params![head.record, number, owner, head.lane, row.attempt, row.interruptions, flags];
        session.hot(Hot::Claim)?.execute(params)?;
    }
    Ok(())
}
