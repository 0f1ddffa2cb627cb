//! What is kept beside jobs.

use async_trait::async_trait;
use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::{
    ControlQuery, ControlRecord, ControlStore, Cursor, Error, KeyOrder, Listing, Page, PutControl, PutWhen, Result,
    StoredControl,
};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::backend::SqliteBackend;
use crate::queries;
use crate::writer::{Nature, Session};

/// What cursors of this listing begin with.
const CURSOR: &str = "control:";

#[async_trait]
impl ControlStore for SqliteBackend {
    async fn put(&self, put: PutControl) -> Result<StoredControl> {
        self.writer.call(Nature::durable("keep a record", 1), move |session| store(session, &put)).await
    }

    async fn get(&self, kind: &str, key: &str) -> Result<Option<ControlRecord>> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        self.lookups.call("find a record", move |session| find(session, &kind, &key)).await
    }

    async fn take(&self, kind: &str, key: &str) -> Result<Option<ControlRecord>> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        let taken = self
            .writer
            .call(Nature::durable("take a record", 1), move |session| {
                let now = from_microseconds(session.now());
                let mut statement = session.connection.prepare_cached(queries::CONTROL_TAKE)?;
                let record = statement.query_row(params![kind, key], read).optional()?;
                Ok(record.filter(|record| record.expires_at.is_none_or(|expires_at| now < expires_at)))
            })
            .await?;
        Ok(taken)
    }

    async fn list(&self, query: &ControlQuery, page: &Page) -> Result<Listing<ControlRecord>> {
        let after = page.after.as_ref().map(key_of).transpose()?;
        let (query, limit) = (query.clone(), page.limit);
        self.listings.call("list records", move |session| list(session, &query, after.as_deref(), limit)).await
    }

    async fn prune(&self) -> Result<u64> {
        // Services ask often, and mostly for nothing: a look disturbs nobody who writes.
        let look = |session: &mut Session<'_>| {
            session.connection.prepare_cached(queries::CONTROL_EXPIRED)?.query_row([session.now()], |row| row.get(0))
        };
        if !self.lookups.call_at_once("look for expired records", look).await? {
            return Ok(0);
        }
        let prune = |session: &mut Session<'_>| session.execute(queries::CONTROL_PRUNE, [session.now()]);
        let n_gone = self.writer.call(Nature::light("forget expired records"), prune).await?;
        Ok(n_gone as u64)
    }
}

fn store(session: &mut Session<'_>, put: &PutControl) -> rusqlite::Result<StoredControl> {
    let present = find(session, &put.kind, &put.key)?.map(|record| record.version);
    let holds = match put.when {
        PutWhen::Always => true,
        PutWhen::Absent => present.is_none(),
        PutWhen::Version(version) => present == Some(version),
    };
    if !holds {
        return Ok(StoredControl::Conflict);
    }
    let version = present.unwrap_or(0) + 1;
    let expires_at = put.expires_at.map(to_microseconds);
    let stored = i64::try_from(version).unwrap_or(i64::MAX);
    session.execute(queries::CONTROL_PUT, params![put.kind, put.key, put.owner, put.body, expires_at, stored])?;
    Ok(StoredControl::Stored(version))
}

fn find(session: &Session<'_>, kind: &str, key: &str) -> rusqlite::Result<Option<ControlRecord>> {
    let mut statement = session.connection.prepare_cached(queries::CONTROL_FIND)?;
    statement.query_row(params![kind, key, session.now()], read).optional()
}

fn list(
    session: &Session<'_>,
    query: &ControlQuery,
    after: Option<&str>,
    limit: usize,
) -> rusqlite::Result<Listing<ControlRecord>> {
    // No key is smaller than the empty one, and none is the empty one itself.
    let (sql, place) = match (query.order, &query.owner) {
        (KeyOrder::Ascending, None) => (queries::CONTROL_ASCENDING, after.or(Some(""))),
        (KeyOrder::Ascending, Some(_)) => (queries::CONTROL_OWNED_ASCENDING, after.or(Some(""))),
        (KeyOrder::Descending, None) => (queries::CONTROL_DESCENDING, after),
        (KeyOrder::Descending, Some(_)) => (queries::CONTROL_OWNED_DESCENDING, after),
    };
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut statement = session.connection.prepare_cached(sql)?;
    let mut items: Vec<ControlRecord> = match &query.owner {
        Some(owner) => statement.query_map(params![query.kind, place, session.now(), one_more, owner], read)?,
        None => statement.query_map(params![query.kind, place, session.now(), one_more], read)?,
    }
    .collect::<rusqlite::Result<_>>()?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(|record| Cursor(format!("{CURSOR}{}", record.key)));
    Ok(Listing::page(items, next))
}

fn read(row: &Row<'_>) -> rusqlite::Result<ControlRecord> {
    let expires_at: Option<i64> = row.get("expires_at")?;
    let version: i64 = row.get("version")?;
    Ok(ControlRecord {
        kind: row.get("kind")?,
        key: row.get("key")?,
        owner: row.get("owner")?,
        body: row.get("body")?,
        expires_at: expires_at.map(from_microseconds),
        version: u64::try_from(version).unwrap_or(0),
    })
}

/// The key behind which a page begins.
fn key_of(cursor: &Cursor) -> Result<String> {
    let key = cursor.0.strip_prefix(CURSOR).map(str::to_owned);
    key.ok_or_else(|| Error::no_cursor(cursor))
}
