//! A portion of a list that is read whole, such as all queues: what one page has room for.

use crate::visit::{Fields, Visit};

/// Rows on a page.
const PAGE: usize = 50;

/// What a page shows, and where the rest is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Portion<'a, T> {
    pub(crate) items: &'a [T],
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

impl<'a, T> Portion<'a, T> {
    /// The portion after the item that the query names by `after`; from the beginning, when it is gone or none is named.
    pub(crate) fn of(visit: &Visit, path: &str, items: &'a [T], key: impl Fn(&T) -> String) -> Self {
        let after = visit.query.get("after");
        let place =
            after.and_then(|after| items.iter().position(|item| key(item) == after)).map_or(0, |place| place + 1);
        let here = visit.link(path);
        let end = items.len().min(place + PAGE);
        let items_here = items.get(place..end).unwrap_or_default();
        let last = items_here.last().filter(|_| end < items.len());
        let next = last.map(|last| format!("{here}?{}", Fields::default().with("after", &key(last)).to_query()));
        Self { items: items_here, first: (place > 0).then_some(here), next }
    }
}
