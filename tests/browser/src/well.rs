//! A store in which all is well: a service lives, jobs have just run, some run, some are reserved.

use std::time::Duration;

use egret_core::Outcome;
use egret_core::job_data::saturating_add;
use serde_json::json;

use crate::jobs::beat;
use crate::pond::{Pond, job};

const SECOND: Duration = Duration::from_secs(1);
const GENERATE: &str = "Cms::Page::GenerateJob";

/// Fills a store.
pub(crate) async fn tell(pond: &Pond) {
    pond.clock.by(600 * SECOND);
    let service = pond.service("web1.example.jp", &["default", "mailers", "voice_synthesis", "external"]).await;
    for number in 0..30_u32 {
        let begins = (60 - number) * SECOND;
        pond.clock.by(begins);
        pond.add(job(GENERATE, "default", "admin", &json!([{ "folder": format!("docs/{number}") }]))).await;
        let claimed = pond.run(&service, GENERATE, 1, Duration::ZERO).await;
        let took = Duration::from_millis(u64::from(number) * 20 + 15);
        pond.clock.by(begins.saturating_sub(took));
        pond.finish(&claimed[0], Outcome::Completed { value: None }, took, &[format!("{number} pages")]).await;
    }
    pond.clock.by(4 * SECOND);
    for number in 0..2 {
        pond.add(job("Event::ImportJob", "external", "admin", &json!([{ "file": format!("events-{number}.csv") }])))
            .await;
    }
    let running = pond.run(&service, "Event::ImportJob", 2, Duration::ZERO).await;
    pond.clock.by(Duration::ZERO);
    for number in 1..=3 {
        let mut data = job(GENERATE, "default", "admin", &json!([{ "folder": format!("news/{number}") }]));
        data.scheduled_at = Some(saturating_add(pond.now(), number * 3_600 * SECOND));
        pond.add(data).await;
    }
    beat(pond, &service, &running);
}
