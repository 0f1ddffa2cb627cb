//! What was changed, by whom, and what it was before.

use askama::Template;
use egret_core::{Cursor, Page};
use serde_json::Value;

use super::excerpt::one_line;
use crate::audit::Trace;
use crate::shell::Shell;
use crate::visit::{Answer, Moment, Visit};

const PER_PAGE: usize = 50;
/// Bytes of a value and of a name that a row has room for; the JSON has them whole.
const VALUE: usize = 300;
const NAME: usize = 200;

#[derive(Template)]
#[template(path = "audit.html", whitespace = "minimize")]
struct AuditPage {
    shell: Shell,
    user: String,
    traces: Vec<ShownTrace>,
    everybody: Option<String>,
    first: Option<String>,
    next: Option<String>,
}

/// A change as the page shows it.
struct ShownTrace {
    moment: Moment,
    user: String,
    /// The same page for this user only.
    of_user: String,
    address: String,
    action: String,
    target: String,
    before: Option<String>,
    after: Option<String>,
}

/// `GET /.sys/job/audit?user=…&after=…`.
pub(crate) async fn page(visit: Visit) -> Answer {
    let user = visit.query.get("user").map(str::to_owned);
    let after = visit.query.get("after").map(|cursor| Cursor(cursor.to_owned()));
    let is_first = after.is_none();
    let listing = visit.desk.trail.list(user.as_deref(), &Page { limit: PER_PAGE, after }).await?;
    if visit.wants_json() {
        return visit.json(&listing);
    }
    visit.page(&AuditPage {
        shell: Shell::of(&visit).await?,
        traces: listing.items.iter().map(|trace| shown(&visit, trace)).collect(),
        everybody: user.is_some().then(|| address(&visit, None, None)),
        first: (!is_first).then(|| address(&visit, user.as_deref(), None)),
        next: listing.next.map(|next| address(&visit, user.as_deref(), Some(&next.0))),
        user: user.unwrap_or_default(),
    })
}

fn shown(visit: &Visit, trace: &Trace) -> ShownTrace {
    ShownTrace {
        moment: visit.moment(trace.at),
        user: one_line(&trace.user, NAME),
        of_user: address(visit, Some(&trace.user), None),
        address: trace.address.clone(),
        action: trace.action.clone(),
        target: one_line(&trace.target, NAME),
        before: text(&trace.before),
        after: text(&trace.after),
    }
}

fn text(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| one_line(&value.to_string(), VALUE))
}

fn address(visit: &Visit, user: Option<&str>, after: Option<&str>) -> String {
    let fields = [("user", user), ("after", after)];
    let fields: Vec<(&str, &str)> = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let query = serde_urlencoded::to_string(fields).expect("pairs of texts are a query");
    let mark = if query.is_empty() { "" } else { "?" };
    visit.link(&format!("/.sys/job/audit{mark}{query}"))
}
