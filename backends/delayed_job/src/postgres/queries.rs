//! SQL, one file a query.

use super::table::Layout;

pub(super) const COLUMNS: &str = include_str!("../../queries/postgres/columns.sql");
pub(super) const CREATE: &str = include_str!("../../queries/postgres/create.sql");
pub(super) const INSERT: &str = include_str!("../../queries/postgres/insert.sql");
pub(super) const INSERT_WITHOUT_QUEUE: &str = include_str!("../../queries/postgres/insert_without_queue.sql");
pub(super) const RESERVE: &str = include_str!("../../queries/postgres/reserve.sql");
pub(super) const FIND: &str = include_str!("../../queries/postgres/find.sql");
pub(super) const REMOVE: &str = include_str!("../../queries/postgres/remove.sql");
pub(super) const RETRY: &str = include_str!("../../queries/postgres/retry.sql");
pub(super) const KEEP: &str = include_str!("../../queries/postgres/keep.sql");
pub(super) const UNLOCK: &str = include_str!("../../queries/postgres/unlock.sql");
pub(super) const POSTPONE: &str = include_str!("../../queries/postgres/postpone.sql");
pub(super) const RENEW: &str = include_str!("../../queries/postgres/renew.sql");
pub(super) const CLEAR_LOCKS: &str = include_str!("../../queries/postgres/clear_locks.sql");
pub(super) const CLEAR: &str = include_str!("../../queries/postgres/clear.sql");
pub(super) const N_OLDER: &str = include_str!("../../queries/postgres/n_older.sql");

/// A query for the table as it is.
pub(super) fn for_layout(query: &str, layout: &Layout) -> String {
    let queue = if layout.has_queue { "queue" } else { "NULL::varchar" };
    query.replace("{table}", &layout.name.replace('"', "\"\"")).replace("{queue}", queue)
}
