//! Live jobs of one user or site: found by whose they are, and then put in order.

use rusqlite::params;

use super::Running;
use super::live::{Key, put_in_order};
use super::place::Range;
use super::walk::Walk;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// Of so many jobs an owner's are put in order; where they are more, they are all over the place anyhow.
const MOST: i64 = 5_000;

/// The first jobs of an owner.
pub(super) enum Keys {
    /// No owner is asked for.
    OfNobody,
    /// In order.
    These(Vec<Key>),
    /// More than can be put in order.
    TooMany,
}

/// The first live jobs of the range and of the owner that the filter names.
pub(super) fn keys(session: &Session<'_>, walk: &Walk<'_>, range: Range, running: &Running) -> rusqlite::Result<Keys> {
    let (query, owner) = match (&walk.filter.user, &walk.filter.site) {
        (Some(user), _) => (queries::LIST_LIVE_OF_USER, user),
        (None, Some(site)) => (queries::LIST_LIVE_OF_SITE, site),
        (None, None) => return Ok(Keys::OfNobody),
    };
    let mut statement = session.connection.prepare_cached(query)?;
    let mut rows = statement.query(params![owner, MOST + 1])?;
    let (mut keys, mut n_read) = (Vec::new(), 0_i64);
    while let Some(row) = rows.next()? {
        n_read += 1;
        if n_read > MOST {
            return Ok(Keys::TooMany);
        }
        let key: Key = (row.get(0)?, row.get(1)?, row.get(2)?);
        let state = running.shown(session, key.2, key.0, StateCode::from_number(row.get(4)?));
        let text = |column| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
        let lane = session.books.lanes.get(row.get(3)?);
        let is_covered = lane.is_some_and(|lane| walk.filter.covers_kind(state, &lane.queue, &lane.class))
            && walk.filter.covers_owner(text(5)?, text(6)?);
        if is_covered && range.contains((key.0, key.1)) {
            keys.push(key);
        }
    }
    put_in_order(&mut keys, walk.order, walk.limit);
    Ok(Keys::These(keys))
}
