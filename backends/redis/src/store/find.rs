//! The verb *find*: nothing is indexed, so that the server looks for the id in everything.

use egret_core::job_data::to_microseconds;
use egret_core::{JobFilter, JobId, JobOrder, JobRecord, Result};
use redis::Value;

use super::Store;
use super::format::Format;
use super::gather::{Need, Place, Placed, Source};
use super::script_reply::{bytes, list, number, text};
use crate::driver::{Call, Script};

static SEARCH: Script = Script::new(include_str!("scripts/search.lua"));

/// So many elements one script looks at, which takes a few milliseconds.
const SEARCHED_AT_ONCE: usize = 5_000;

/// What ids begin with that no bytes hold.
const MADE_UP: [&str; 2] = ["unreadable-", "native-"];

/// An element in which the id stands, with its score.
type Hit = (Vec<u8>, Option<f64>);

impl<F: Format> Store<F> {
    pub(super) async fn find_placed(&self, id: &JobId) -> Result<Option<Placed>> {
        if !self.format.capabilities().lookup_by_id {
            return Err(self.cannot("find a job by its id"));
        }
        let mut claimed = Vec::new();
        self.gather_claimed(&mut claimed).await?;
        claimed.retain(|placed| placed.record.id == *id);
        // What others run can only be looked at; a job of the same id that lies somewhere can be changed.
        let (mut of_strangers, mut ours): (Vec<Placed>, Vec<Placed>) =
            claimed.into_iter().partition(|placed| placed.source == Source::Stranger);
        if let Some(placed) = ours.pop() {
            return Ok(Some(placed));
        }
        let queues = self.look_for_queues().await?;
        for queue in queues.iter() {
            let hits = self.search("list", &self.layout().queue(queue), id).await?;
            let records = hits.into_iter().map(|(bytes, _)| (self.queued_record(&bytes, queue), bytes));
            if let Some((record, bytes)) = records.into_iter().find(|(record, _)| record.id == *id) {
                return Ok(Some(placed(record, Source::Queue(queue.clone()), bytes)));
            }
        }
        let now = self.server_time().await?;
        for shelf in self.format.shelves() {
            let key = self.format.shelf_key(shelf, "", now);
            let hits = self.search(self.format.shelf_type(shelf), &key, id).await?;
            for (bytes, score) in hits {
                let shelved = self.format.shelved(shelf, bytes, score);
                let is_reserved = self.layout().reserved.contains(&key);
                let record = match is_reserved {
                    true => self.reserved_record(&shelved, now),
                    false => self.given_up_record(&shelved),
                };
                if record.id == *id {
                    return Ok(Some(placed(record, Source::Shelf(shelf), shelved.bytes)));
                }
            }
        }
        if self.format.shelves().is_empty() {
            let mut shelved = Vec::new();
            self.gather_reserved(&mut shelved).await?;
            self.gather_given_up(&mut shelved).await?;
            if let Some(placed) = shelved.into_iter().find(|placed| placed.record.id == *id) {
                return Ok(Some(placed));
            }
        }
        Ok(self.find_unnamed(id).await?.or_else(|| of_strangers.pop()))
    }

    /// A job whose bytes do not hold its id: it was made up from them.
    async fn find_unnamed(&self, id: &JobId) -> Result<Option<Placed>> {
        if !MADE_UP.iter().any(|begin| id.as_str().starts_with(begin)) {
            return Ok(None);
        }
        let filter = JobFilter::all();
        let need = Need { filter: &filter, order: JobOrder::DueFirst, after: None, n_jobs: usize::MAX };
        let is_meant = |placed: &Placed| placed.record.id == *id && placed.source != Source::Stranger;
        Ok(self.gather(&need).await?.into_iter().find(is_meant))
    }

    async fn search(&self, kind: &str, key: &str, id: &JobId) -> Result<Vec<Hit>> {
        let needle = serde_json::to_string(id.as_str()).expect("a text is JSON");
        let mut hits = Vec::new();
        let mut from = 0;
        loop {
            let mut call = Call::new([key]);
            call.arg(kind).arg(&needle).arg(from).arg(SEARCHED_AT_ONCE);
            let mut answer = list(self.driver.script("look for a job", &SEARCH, &call).await?)?.into_iter();
            let has_more = number(answer.next().unwrap_or(Value::Int(0)))? == 1;
            while let (Some(element), Some(score)) = (answer.next(), answer.next()) {
                hits.push((bytes(element)?, text(score)?.parse().ok()));
            }
            if !has_more {
                return Ok(hits);
            }
            from += SEARCHED_AT_ONCE;
        }
    }
}

/// A job that was found by itself; its place in listings is not asked for.
fn placed(record: JobRecord, source: Source, bytes: Vec<u8>) -> Placed {
    let place = Place::Live { at: to_microseconds(record.due_at), source: String::new(), number: 0 };
    Placed { place, record, source, bytes }
}
