//! What a service uses: memory during a long drain, processor time while idle.

use std::time::{Duration, Instant};

use egret::Job as _;
use egret_core::JobState;
use egret_scenarios::jobs::Nothing;
use egret_scenarios::patience::{holds, wait_at_most};
use egret_scenarios::processes::{processor_nanoseconds, resident_bytes};
use egret_scenarios::scale::{report, scaled, soak_or};

use crate::{SERVICE_MODE, application};

/// Allowance for the caches of allocator and store, which a twentieth of the drain does not fill at its beginning.
const ALLOWANCE_BYTES: u64 = 8 << 20;

#[test]
fn memory_does_not_grow_with_the_jobs_of_a_drain() {
    let n_jobs = scaled(100_000);
    let application = application(SERVICE_MODE);
    let store = application.store();
    let service = application.start_service();
    // Drains so many jobs, those before among them, and answers what the service takes then.
    let memory_after = |n_all: usize| {
        let n_new = n_all - usize::try_from(store.counts().of_state(JobState::Completed)).unwrap();
        store.fill(n_new, || Nothing::definition().to_job_data(Nothing.to_arguments().unwrap()));
        wait_at_most(Duration::from_secs(soak_or(1_200, 240)), "the drain", || {
            let n_done = usize::try_from(store.counts().of_state(JobState::Completed)).unwrap();
            holds(n_done == n_all, || format!("{n_done} of {n_all} done"))
        });
        resident_bytes(service.pid()).unwrap()
    };
    let (first, last) = (memory_after(n_jobs / 10), memory_after(n_jobs));
    report("memory", format_args!("{} KiB after a tenth, {} KiB at the end", first >> 10, last >> 10));
    let most = first + first / 10 + soak_or(0, ALLOWANCE_BYTES);
    assert!(last < most, "{first} bytes after a tenth of the drain became {last}");
}

#[test]
fn an_idle_service_uses_next_to_no_processor_time() {
    // A thousandth of a processor for a minute; twice that without optimisation, and ten times in a short look.
    let long = if cfg!(debug_assertions) { 0.002 } else { 0.001 };
    let (time, share) = soak_or((Duration::from_secs(60), long), (Duration::from_secs(3), 0.01));
    let application = application(SERVICE_MODE);
    let ledger = application.ledger();
    let service = application.start_service();
    let job = application.enqueue_append();
    ledger.wait_for("done", &job);
    application.store().wait_for_state(&job, JobState::Completed);

    let (began, before) = (Instant::now(), processor_nanoseconds(service.pid()));
    // The measured time itself.
    std::thread::sleep(time);
    let used = processor_nanoseconds(service.pid()).saturating_sub(before) as f64 / began.elapsed().as_nanos() as f64;
    report("idle", format_args!("{:.4} % of a processor", used * 100.0));
    assert!(used < share, "an idle service uses {:.3} % of a processor", used * 100.0);
}
