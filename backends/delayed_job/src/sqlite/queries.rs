//! SQL, one file a query.

use super::table::Layout;

pub(super) const CREATE: &str = include_str!("../../queries/sqlite/create.sql");
pub(super) const INSERT: &str = include_str!("../../queries/sqlite/insert.sql");
pub(super) const INSERT_WITHOUT_QUEUE: &str = include_str!("../../queries/sqlite/insert_without_queue.sql");
pub(super) const RESERVE: &str = include_str!("../../queries/sqlite/reserve.sql");
pub(super) const FIND: &str = include_str!("../../queries/sqlite/find.sql");
pub(super) const REMOVE: &str = include_str!("../../queries/sqlite/remove.sql");
pub(super) const RETRY: &str = include_str!("../../queries/sqlite/retry.sql");
pub(super) const KEEP: &str = include_str!("../../queries/sqlite/keep.sql");
pub(super) const UNLOCK: &str = include_str!("../../queries/sqlite/unlock.sql");
pub(super) const POSTPONE: &str = include_str!("../../queries/sqlite/postpone.sql");
pub(super) const RENEW: &str = include_str!("../../queries/sqlite/renew.sql");
pub(super) const CLEAR_LOCKS: &str = include_str!("../../queries/sqlite/clear_locks.sql");
pub(super) const CLEAR: &str = include_str!("../../queries/sqlite/clear.sql");
pub(super) const N_OLDER: &str = include_str!("../../queries/sqlite/n_older.sql");

/// A query for the table as it is.
pub(super) fn for_layout(query: &str, layout: &Layout) -> String {
    let queue = if layout.has_queue { "queue" } else { "NULL" };
    query.replace("{table}", &layout.name.replace('"', "\"\"")).replace("{queue}", queue)
}
