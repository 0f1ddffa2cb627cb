//! The control store in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{ControlQuery, ControlRecord, ControlStore, KeyOrder, PutControl, PutWhen, StoredControl};
use crate::{Clock, Cursor, Error, Listing, Page, Result};

/// Kind and key.
type Name = (String, String);

/// A control store in memory. Clones are handles on the same store.
#[derive(Clone, Debug)]
pub struct MemoryControl {
    clock: Arc<dyn Clock>,
    records: Arc<Mutex<BTreeMap<Name, ControlRecord>>>,
}

impl MemoryControl {
    /// An empty store that expires records by the clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, records: Arc::default() }
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<Name, ControlRecord>> {
        self.records.lock().expect("no verb panics while it holds the records")
    }
}

fn name(kind: &str, key: &str) -> Name {
    (kind.to_owned(), key.to_owned())
}

fn is_there(record: &ControlRecord, now: Timestamp) -> bool {
    record.expires_at.is_none_or(|expires_at| now < expires_at)
}

#[async_trait]
impl ControlStore for MemoryControl {
    async fn put(&self, put: PutControl) -> Result<StoredControl> {
        let now = self.clock.now();
        let mut records = self.records();
        let name = name(&put.kind, &put.key);
        let present = records.get(&name).filter(|record| is_there(record, now)).map(|record| record.version);
        let holds = match put.when {
            PutWhen::Always => true,
            PutWhen::Absent => present.is_none(),
            PutWhen::Version(version) => present == Some(version),
        };
        if !holds {
            return Ok(StoredControl::Conflict);
        }
        let version = present.unwrap_or(0) + 1;
        let PutControl { kind, key, owner, body, expires_at, .. } = put;
        records.insert(name, ControlRecord { kind, key, owner, body, expires_at, version });
        Ok(StoredControl::Stored(version))
    }

    async fn get(&self, kind: &str, key: &str) -> Result<Option<ControlRecord>> {
        let now = self.clock.now();
        Ok(self.records().get(&name(kind, key)).filter(|record| is_there(record, now)).cloned())
    }

    async fn take(&self, kind: &str, key: &str) -> Result<Option<ControlRecord>> {
        let now = self.clock.now();
        Ok(self.records().remove(&name(kind, key)).filter(|record| is_there(record, now)))
    }

    async fn list(&self, query: &ControlQuery, page: &Page) -> Result<Listing<ControlRecord>> {
        let now = self.clock.now();
        let after = page.after.as_ref().map(key_of).transpose()?.map(|key| name(&query.kind, &key));
        let from = |fallback: Bound<Name>| after.clone().map_or(fallback, Bound::Excluded);
        let begin = Bound::Included(name(&query.kind, ""));
        // No kind lies between the kind and the same with the smallest character behind it.
        let end = Bound::Excluded(name(&format!("{}\0", query.kind), ""));
        let records = self.records();
        let asked = |record: &&ControlRecord| {
            is_there(record, now) && query.owner.as_ref().is_none_or(|owner| record.owner.as_ref() == Some(owner))
        };
        let take = page.limit.saturating_add(1);
        let mut items: Vec<ControlRecord> = match query.order {
            KeyOrder::Ascending => {
                records.range((from(begin), end)).map(|(_, record)| record).filter(asked).take(take).cloned().collect()
            }
            KeyOrder::Descending => {
                let range = records.range((begin, from(end))).rev();
                range.map(|(_, record)| record).filter(asked).take(take).cloned().collect()
            }
        };
        let has_more = items.len() > page.limit;
        items.truncate(page.limit);
        let next = items.last().filter(|_| has_more).map(|record| Cursor(format!("control:{}", record.key)));
        Ok(Listing::page(items, next))
    }

    async fn prune(&self) -> Result<u64> {
        let now = self.clock.now();
        let mut records = self.records();
        let n_before = records.len();
        records.retain(|_, record| is_there(record, now));
        Ok((n_before - records.len()) as u64)
    }
}

/// The key behind which a page begins.
fn key_of(cursor: &Cursor) -> Result<String> {
    cursor.0.strip_prefix("control:").map(str::to_owned).ok_or_else(|| Error::no_cursor(cursor))
}
