//! The heart of a worker: beats from a thread of its own, and gives up by itself after too long a silence.

use std::sync::{Arc, Mutex};

use egret_core::{Backend, Timing};

use super::boot_time::boot_time;
use super::claims::Life;

/// The present life of a worker, as all its threads see it.
pub(super) type PresentLife = Arc<Mutex<Arc<Life>>>;

pub(super) fn present(life: &PresentLife) -> Arc<Life> {
    life.lock().expect("nobody panics while holding the present life").clone()
}

/// Beats until the process ends.
pub(super) fn start(store: Arc<dyn Backend>, timing: Timing, life: PresentLife) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a heart needs a timer");
    let beats = async move {
        let mut last_success = boot_time();
        loop {
            tokio::time::sleep(timing.beat).await;
            let life = present(&life);
            // Measured before the beat: who was frozen for too long gives up first and beats afterwards.
            if boot_time().saturating_sub(last_success) >= timing.self_fence {
                life.end();
            }
            if life.is_over() || beat(&*store, &life).await {
                last_success = boot_time();
            }
        }
    };
    let thread = std::thread::Builder::new().name("heart".to_owned());
    thread.spawn(move || runtime.block_on(beats)).expect("a heart needs a thread");
}

/// One beat. Answers whether it arrived.
async fn beat(store: &dyn Backend, life: &Life) -> bool {
    if store.beat_locally(life.service) {
        return true;
    }
    match store.beat(life.service, life.beat()).await {
        Ok(orders) => {
            life.follow(orders);
            true
        }
        Err(_) => false,
    }
}
