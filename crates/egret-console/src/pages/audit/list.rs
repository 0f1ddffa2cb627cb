//! `GET /.sys/job/audit?user=…&after=…`: the changes, the latest first.

use askama::Template;
use egret_core::{Cursor, Page};

use super::PATH;
use super::change::{Room, ShownTrace};
use crate::shell::Shell;
use crate::visit::{Answer, Visit};

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "audit/list.html", whitespace = "minimize")]
struct AuditPage {
    shell: Shell,
    user: String,
    traces: Vec<ShownTrace>,
    everybody: Option<String>,
    first: Option<String>,
    next: Option<String>,
}

pub(super) async fn page(visit: Visit) -> Answer {
    let user = visit.query.get("user").map(str::to_owned);
    let after = visit.query.get("after").map(|cursor| Cursor(cursor.to_owned()));
    let is_first = after.is_none();
    let listing = visit.desk.trail.list(user.as_deref(), &Page { limit: PER_PAGE, after }).await?;
    if visit.wants_json() {
        return visit.json(&listing);
    }
    visit.page(&AuditPage {
        shell: Shell::of(&visit).await?,
        traces: listing.items.iter().map(|trace| ShownTrace::new(&visit, trace, Room::Row)).collect(),
        everybody: user.is_some().then(|| address(&visit, None, None)),
        first: (!is_first).then(|| address(&visit, user.as_deref(), None)),
        next: listing.next.map(|next| address(&visit, user.as_deref(), Some(&next.0))),
        user: user.unwrap_or_default(),
    })
}

/// The address of the list, of one user's changes, of a later page.
pub(super) fn address(visit: &Visit, user: Option<&str>, after: Option<&str>) -> String {
    let fields = [("user", user), ("after", after)];
    let fields: Vec<(&str, &str)> = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let query = serde_urlencoded::to_string(fields).expect("pairs of texts are a query");
    let mark = if query.is_empty() { "" } else { "?" };
    visit.link(&format!("{PATH}{mark}{query}"))
}
