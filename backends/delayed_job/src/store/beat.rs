//! The verb *beat*.

use std::collections::HashMap;

use egret_core::{Beat, ClaimToken, JobId, Orders, Result, ServiceId, Timestamp};

use super::Store;
use super::mark::Mark;
use super::row::{AT_ONCE, lock_of};
use super::starts::{News, row_of};
use super::transaction::Step;
use crate::table::{RENEWED_AFTER, Row};

const BEAT: &str = include_str!("../../queries/ours/beat.sql");
const RENEW: &str = include_str!("../../queries/renew.sql");

impl Store {
    pub(super) async fn beat_service(&self, id: ServiceId, beat: &Beat) -> Result<Orders> {
        self.clear_doubtful().await;
        let news = self.starts.take_news(id);
        let answered = self.beat_with(id, beat, &news).await;
        match &answered {
            Ok(orders) if orders.unknown => self.starts.forget_service(id),
            Ok(_) => {}
            Err(_) => self.starts.give_back(id, news),
        }
        answered
    }

    async fn beat_with(&self, id: ServiceId, beat: &Beat, news: &News) -> Result<Orders> {
        let mut step = self.begin().await?;
        let parameters =
            vec![beat.phase.as_str().into(), beat.resident_bytes.into(), beat.n_finished.into(), id.to_string().into()];
        if step.tell_ours(BEAT, parameters).await? == 0 {
            return Ok(Orders { unknown: true, lost: beat.running.clone(), ..Orders::default() });
        }
        self.tell_starts(&mut step, news).await?;
        let known = self.known(&mut step, id).await?;
        let claims = self.claims_of(&mut step, id).await?;
        step.commit().await?;
        let mut look = self.look().await?;
        let rows = self.rows_of(&mut look, &claims, beat).await?;
        drop(look);
        self.renew_locks(id, &rows).await?;
        let is_held = |token: &ClaimToken| {
            token.service == id && rows.get(&row_of(*token)).and_then(lock_of) == Some((token.service, token.claim))
        };
        let lost = beat.running.iter().filter(|token| !is_held(token)).copied().collect();
        let order = known.and_then(|known| known.order);
        Ok(Orders { order, cancel: self.cancelled(&claims, &rows), lost, unknown: false })
    }

    /// The rows of the claims, and of what the service says it runs.
    async fn rows_of(&self, step: &mut Step<'_>, claims: &[Mark], beat: &Beat) -> Result<HashMap<i64, Row>> {
        let mut ids: Vec<i64> = claims.iter().map(|claim| claim.job).collect();
        ids.extend(beat.running.iter().map(|token| row_of(*token)));
        ids.sort_unstable();
        ids.dedup();
        let rows = self.look_at_rows(step, &ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// Ruby's workers must see a lock that counts for as long as the job runs.
    async fn renew_locks(&self, id: ServiceId, rows: &HashMap<i64, Row>) -> Result<()> {
        let now = self.clock();
        let old = |locked_at: Timestamp| {
            now.duration_since(locked_at).unsigned_abs() >= self.settings.max_run_time / RENEWED_AFTER
        };
        let is_old =
            |row: &&Row| lock_of(row).is_some_and(|(service, _)| service == id) && row.locked_at.is_some_and(old);
        let mut ids: Vec<i64> = rows.values().filter(is_old).map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        ids.sort_unstable();
        let mut step = self.begin().await?;
        // Looked at again: whoever has taken a row over keeps his lock.
        let held = self.hold_rows(&mut step, &ids).await?;
        let ours = held.iter().filter(|row| lock_of(row).is_some_and(|(service, _)| service == id));
        let ids: Vec<i64> = ours.map(|row| row.id).collect();
        for ids in ids.chunks(AT_ONCE) {
            step.execute(&self.tables.fill(RENEW), vec![now.into(), ids.into()]).await?;
        }
        step.commit().await
    }

    fn cancelled(&self, claims: &[Mark], rows: &HashMap<i64, Row>) -> Vec<JobId> {
        let wanted = claims.iter().filter(|claim| claim.is_cancelled);
        wanted.filter_map(|claim| rows.get(&claim.job)).map(|row| self.read_job(row).id()).collect()
    }
}
