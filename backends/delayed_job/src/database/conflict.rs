//! Transactions that a database takes back so that another one can go on.

use egret_core::Error;
use tokio_postgres::error::SqlState;

/// A deadlock (InnoDB's `ER_LOCK_DEADLOCK`; on a cluster also a commit that another node was faster with).
const MYSQL_DEADLOCK: u16 = 1213;

/// Whether an operation failed because the database took all of it back in favour of another: it can be tried again at once.
pub(crate) fn gave_way(error: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(mysql_async::Error::Server(error)) = error.downcast_ref() {
            return error.code == MYSQL_DEADLOCK;
        }
        if let Some(code) = error.downcast_ref().and_then(tokio_postgres::Error::code) {
            return [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE].contains(code);
        }
        cause = error.source();
    }
    false
}
