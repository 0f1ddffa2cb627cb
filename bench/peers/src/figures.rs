//! What was measured, as a table and as JSON.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value, json};

/// Everything that was measured of one system.
#[derive(Debug, Default)]
pub struct Report {
    system: &'static str,
    /// The row that is no peer but a limit, if one was measured.
    limit: Option<&'static str>,
    pub workers: Vec<Rate>,
    pub singles: Vec<Rate>,
    pub bulks: Vec<Rate>,
    pub pickups: Vec<Pickup>,
}

/// How fast, and what it cost.
#[derive(Debug)]
pub struct Rate {
    name: &'static str,
    count: usize,
    per_second: f64,
    own_microseconds: f64,
    server_microseconds: f64,
}

impl Rate {
    pub fn new(name: &'static str, count: usize, elapsed: Duration, own: Duration, server: Duration) -> Self {
        let each = |time: Duration| time.as_secs_f64() * 1e6 / count as f64;
        Self {
            name,
            count,
            per_second: count as f64 / elapsed.as_secs_f64(),
            own_microseconds: each(own),
            server_microseconds: each(server),
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name, "jobs": self.count, "per_second": self.per_second.round(),
            "own_cpu_us": rounded(self.own_microseconds), "server_cpu_us": rounded(self.server_microseconds),
        })
    }
}

/// How long jobs wait that come one by one, in microseconds.
#[derive(Debug)]
pub struct Pickup {
    name: &'static str,
    count: usize,
    half: u64,
    most: u64,
}

impl Pickup {
    /// Of sorted times.
    pub fn of(name: &'static str, sorted: &[u64]) -> Self {
        let at = |part: f64| {
            sorted.get(((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1))).copied()
        };
        Self { name, count: sorted.len(), half: at(0.5).unwrap_or(0), most: at(0.99).unwrap_or(0) }
    }
}

/// What was measured of each system, by its name.
pub fn to_json(reports: &[Report]) -> Value {
    reports.iter().map(|report| (report.system.to_owned(), report.to_json())).collect::<Map<String, Value>>().into()
}

impl Report {
    pub fn of(system: &'static str, limit: Option<&'static str>) -> Self {
        Self { system, limit, ..Self::default() }
    }

    fn limit_of_rates(&self, rates: &[Rate]) -> Option<f64> {
        rates.iter().find(|rate| Some(rate.name) == self.limit).map(|rate| rate.per_second)
    }

    fn limit_of_pickups(&self) -> Option<f64> {
        self.pickups.iter().find(|pickup| Some(pickup.name) == self.limit).map(|pickup| pickup.half as f64)
    }

    fn to_json(&self) -> Value {
        let rates = |rates: &[Rate]| rates.iter().map(Rate::to_json).collect::<Vec<Value>>();
        let pickup = |pickup: &Pickup| json!({"name": pickup.name, "jobs": pickup.count, "p50_us": pickup.half, "p99_us": pickup.most});
        json!({
            "worker": rates(&self.workers),
            "client_single": rates(&self.singles),
            "client_bulk": rates(&self.bulks),
            "pickup": self.pickups.iter().map(pickup).collect::<Vec<Value>>(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n== {}", self.system)?;
        for (title, rates) in [
            ("worker: a full queue of jobs that do nothing", &self.workers),
            ("client: one job a call", &self.singles),
            ("client: a thousand jobs a call", &self.bulks),
        ] {
            if rates.is_empty() {
                continue;
            }
            writeln!(
                f,
                "\n{title}\n{:<28} {:>10} {:>9} {:>9} {:>14} {:>14}",
                "", "jobs/s", "of first", "of limit", "CPU µs/job", "server µs/job"
            )?;
            let limit = self.limit_of_rates(rates);
            let first = rates.first().map_or(1.0, |rate| rate.per_second);
            for rate in rates {
                writeln!(
                    f,
                    "{:<28} {:>10.0} {:>9.2} {:>9} {:>14.1} {:>14.1}",
                    rate.name,
                    rate.per_second,
                    rate.per_second / first,
                    ratio(rate.per_second, limit),
                    rate.own_microseconds,
                    rate.server_microseconds
                )?;
            }
        }
        if self.pickups.is_empty() {
            return Ok(());
        }
        writeln!(f, "\npickup by an idle worker\n{:<28} {:>10} {:>10} {:>9}", "", "p50 ms", "p99 ms", "of limit")?;
        for pickup in &self.pickups {
            let (half, most) = (pickup.half as f64, pickup.most as f64);
            let of_limit = ratio(half, self.limit_of_pickups());
            writeln!(f, "{:<28} {:>10.2} {:>10.2} {:>9}", pickup.name, half / 1e3, most / 1e3, of_limit)?;
        }
        Ok(())
    }
}

/// How many times the limit, if there is one.
fn ratio(figure: f64, limit: Option<f64>) -> String {
    limit.map_or_else(|| "-".to_owned(), |limit| format!("{:.2}", figure / limit))
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
