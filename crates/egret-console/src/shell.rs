//! What stands around every page: navigation, the strip with the verdict, who looks.

use askama::Template;
use egret::language::TextValue;
use egret::status::{Status, Verdict};

use crate::access::Need;
use crate::assets;
use crate::fault::Fault;
use crate::visit::Visit;

/// What stands around every page.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    visit: Visit,
    pub(crate) navigation: Vec<Link>,
    pub(crate) strip: Option<Strip>,
    pub(crate) label: String,
    /// Whether the page is to be read again as things change.
    pub(crate) is_live: bool,
}

/// A page of the navigation.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) address: String,
    pub(crate) text: String,
    pub(crate) is_current: bool,
}

/// One verdict and the numbers that matter.
#[derive(Clone, Debug)]
pub(crate) struct Strip {
    pub(crate) is_stuck: bool,
    pub(crate) has_warnings: bool,
    pub(crate) verdict: String,
    pub(crate) services: String,
    pub(crate) waiting: String,
    pub(crate) oldest: String,
    pub(crate) throughput: Option<String>,
}

/// Bytes of the longest address to which the choice of language and theme leads back.
const LONGEST_BACK: usize = 2_000;

/// The pages of the navigation: name of the message, path, what it asks for.
const NAVIGATION: [(&str, &str, Need); 10] = [
    ("nav-status", "/.sys/job/status", Need::View),
    ("nav-jobs", "/.sys/job/jobs", Need::View),
    ("nav-reservations", "/.sys/job/reservations", Need::View),
    ("nav-logs", "/.sys/job/logs", Need::View),
    ("nav-tasks", "/.sys/job/tasks", Need::View),
    ("nav-services", "/.sys/job/services", Need::View),
    ("nav-queues", "/.sys/job/queues", Need::View),
    ("nav-discarded", "/.sys/job/discarded", Need::View),
    ("nav-audit", "/.sys/job/audit", Need::Administer),
    ("nav-own", "/.u/job", Need::User),
];

impl Shell {
    /// The shell of a page, with the strip.
    pub(crate) async fn of(visit: &Visit) -> Result<Self, Fault> {
        let mut shell = Self::plain(visit);
        if visit.may(Need::View) {
            shell.strip = Some(strip(visit).await?);
        }
        Ok(shell)
    }

    /// The shell of a page that says nothing about jobs.
    pub(crate) fn plain(visit: &Visit) -> Self {
        let config = visit.app().config();
        let label = &visit.desk.options.label;
        Self {
            navigation: navigation(visit),
            strip: None,
            label: if label.is_empty() { config.environment.clone() } else { label.clone() },
            is_live: false,
            visit: visit.clone(),
        }
    }

    /// Has the page read again as things change.
    #[must_use]
    pub(crate) fn live(mut self) -> Self {
        self.is_live = true;
        self
    }

    /// The page to begin with, and the message that names it.
    pub(crate) fn home(&self) -> String {
        self.link(if self.is_for_own_jobs() { "/.u/job" } else { "/.sys/job/status" })
    }

    pub(crate) fn home_name(&self) -> &'static str {
        if self.is_for_own_jobs() { "nav-own" } else { "nav-status" }
    }

    /// Whether the viewer sees only what is his.
    fn is_for_own_jobs(&self) -> bool {
        self.visit.may(Need::User) && !self.visit.may(Need::View)
    }

    /// Where the page hears that something may have changed.
    pub(crate) fn ticks(&self) -> String {
        self.visit.link(if self.visit.may(Need::View) { "/.sys/job/live" } else { "/.u/job/live" })
    }

    /// The code of the language.
    pub(crate) fn lang(&self) -> &'static str {
        self.visit.reader.language.code()
    }

    pub(crate) fn theme(&self) -> &'static str {
        self.visit.theme.as_str()
    }

    /// A message.
    pub(crate) fn t(&self, message: &str) -> String {
        self.visit.t(message)
    }

    /// A message with a number `n`.
    pub(crate) fn n(&self, message: &str, n: impl Into<TextValue>) -> String {
        self.visit.tw(message, &[("n", n.into())])
    }

    /// A message with a number `n` that a template has by reference.
    pub(crate) fn count<N: Copy + Into<TextValue>>(&self, message: &str, n: &N) -> String {
        self.n(message, *n)
    }

    /// The address of a path.
    pub(crate) fn link(&self, path: &str) -> String {
        self.visit.link(path)
    }

    /// The address of an asset.
    pub(crate) fn asset(&self, name: &str) -> String {
        self.visit.link(&assets::path(name))
    }

    /// What forms carry.
    pub(crate) fn csrf(&self) -> String {
        self.visit.csrf()
    }

    /// The address of this page.
    pub(crate) fn here(&self) -> String {
        self.visit.here()
    }

    /// The name of the viewer.
    pub(crate) fn viewer(&self) -> &str {
        self.visit.name()
    }

    /// Whether buttons that change things are shown.
    pub(crate) fn may_change(&self) -> bool {
        self.visit.may_change()
    }

    /// What the page before wanted said.
    pub(crate) fn notice(&self) -> Option<String> {
        let notice = self.visit.notice.as_ref()?;
        Some(self.visit.tw(&notice.message, &notice.arguments()))
    }

    /// The address that changes a preference and comes back here.
    pub(crate) fn preference(&self, name: &str, value: &str) -> String {
        let here = self.here();
        // Addresses without end, such as those of long selections, are not repeated in every link.
        let back = if here.len() > LONGEST_BACK { self.visit.link(&self.visit.path) } else { here };
        let query = serde_urlencoded::to_string([(name, value), ("back", &back)]);
        self.link(&format!("/.sys/job/preferences?{}", query.expect("pairs of texts are a query")))
    }

    /// The theme to which the switch leads.
    pub(crate) fn next_theme(&self) -> &'static str {
        self.visit.theme.next().as_str()
    }
}

fn navigation(visit: &Visit) -> Vec<Link> {
    let open = NAVIGATION.into_iter().filter(|(_, path, need)| visit.may(*need) && is_kept(visit, path));
    let link = |(message, path, _): (&str, &str, Need)| Link {
        address: visit.link(path),
        text: visit.t(message),
        // The lists of single days have the day before the name.
        is_current: visit.path.starts_with(path)
            || (path == "/.sys/job/logs" && visit.path.starts_with("/.sys/") && visit.parameters.contains_key("ymd")),
    };
    open.map(link).collect()
}

/// Whether the store keeps what a page shows.
fn is_kept(visit: &Visit, path: &str) -> bool {
    path != "/.sys/job/logs" || visit.backend().capabilities().history
}

async fn strip(visit: &Visit) -> Result<Strip, Fault> {
    let beat = visit.desk.pulse.read(visit.app()).await?;
    let status = Status::of(&beat.facts, &visit.reader);
    let is_stuck = status.status == Verdict::Stucked;
    let n = |message: &str, n: u64| visit.tw(message, &[("n", n.into())]);
    let oldest = status.egret.oldest_due_seconds.map(std::time::Duration::from_secs_f64);
    // The place is kept while nothing waits, so that the numbers stay where they are.
    let age = oldest.map_or_else(|| "–".to_owned(), |age| visit.reader.language.length(age));
    Ok(Strip {
        is_stuck,
        has_warnings: status.has_warnings(),
        verdict: visit.t(match (is_stuck, status.has_warnings()) {
            (true, _) => "strip-stuck",
            (false, true) => "strip-warned",
            (false, false) => "strip-well",
        }),
        services: n("strip-services", status.egret.n_services as u64),
        waiting: n("strip-waiting", status.egret.n_due),
        oldest: visit.tw("strip-oldest", &[("age", age.into())]),
        throughput: beat.per_minute.map(|per_minute| n("strip-throughput", per_minute)),
    })
}

/// The page of a fault.
#[derive(Template)]
#[template(path = "fault.html", whitespace = "minimize")]
pub(crate) struct FaultPage {
    pub(crate) shell: Shell,
    pub(crate) status: u16,
    pub(crate) sentence: String,
}
