//! Several claimers that empty one table at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use egret_core::{Applied, Backend, ClaimRequest, Finish, Outcome, Selection, ServiceId, Timestamp};

/// Lets each claim until nothing is left, ever more at a time, and finish what it gets.
///
/// # Panics
/// When not every row of so many was taken, or one of them twice.
pub(crate) async fn take_every_row_once(claimers: Vec<(Arc<dyn Backend>, ServiceId)>, n_rows: usize) {
    let claims = claimers.into_iter().zip(1..).map(|((store, service), limit)| {
        tokio::spawn(async move {
            let mut rows = Vec::new();
            while let Some(taken) = take(&*store, service, limit).await {
                rows.extend(taken);
            }
            rows
        })
    });
    let mut rows = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        rows.extend(claim.await.expect("no claimer panics"));
    }
    assert_eq!((rows.len(), rows.iter().collect::<BTreeSet<_>>().len()), (n_rows, n_rows));
}

/// Claims and finishes up to so many rows, and tells their numbers; `None` when there are none.
async fn take(store: &dyn Backend, service: ServiceId, limit: usize) -> Option<Vec<u64>> {
    let selection = Arc::new(Selection::strict(["*"]));
    let request = ClaimRequest { service, selection, limit, max_interrupted: limit };
    let claimed = store.claim(request).await.expect("a store that answers");
    let now = Timestamp::now();
    let completed = |token| Finish::new(token, Outcome::Completed { value: None }, Some(now), now);
    for job in &claimed {
        let applied = store.finish(vec![completed(job.token)]).await.expect("a store that answers");
        assert_eq!(applied, [Applied::Done]);
    }
    Some(claimed.iter().map(|job| job.token.record).collect()).filter(|rows: &Vec<u64>| !rows.is_empty())
}
