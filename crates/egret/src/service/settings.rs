//! What a service is asked to be, as it stands now: some of it changes while the service runs.

use std::sync::{Arc, RwLock};

use egret_core::Selection;

use super::options::ServiceOptions;

/// The options of a running service and what follows from them.
#[derive(Debug)]
pub(super) struct Settings {
    /// Guarded for a few instructions at a time.
    present: RwLock<Present>,
}

#[derive(Debug)]
struct Present {
    options: Arc<ServiceOptions>,
    selection: Arc<Selection>,
    /// Whether what follows from the options has still to be done.
    is_new: bool,
}

impl Settings {
    pub(super) fn new(options: ServiceOptions, selection: Selection) -> Self {
        let present = Present { options: Arc::new(options), selection: Arc::new(selection), is_new: false };
        Self { present: RwLock::new(present) }
    }

    pub(super) fn options(&self) -> Arc<ServiceOptions> {
        Arc::clone(&self.read().options)
    }

    pub(super) fn selection(&self) -> Arc<Selection> {
        Arc::clone(&self.read().selection)
    }

    /// Goes on by other options, as far as a running service can.
    pub(super) fn adopt(&self, newer: ServiceOptions) {
        let mut present = self.present.write().expect("nothing panics while the settings are locked");
        let options = present.options.adopting(newer);
        let selection = Selection { queues: options.queues.clone(), classes: present.selection.classes.clone() };
        *present = Present { options: Arc::new(options), selection: Arc::new(selection), is_new: true };
    }

    /// Whether other options were adopted since the last call.
    pub(super) fn take_new(&self) -> bool {
        // Nearly always not, and looked at in each turn of a loop.
        if !self.read().is_new {
            return false;
        }
        let mut present = self.present.write().expect("nothing panics while the settings are locked");
        std::mem::take(&mut present.is_new)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Present> {
        self.present.read().expect("nothing panics while the settings are locked")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use egret_core::{ClassSelection, QueueOrder, Retention, ServiceMode};

    use super::*;

    #[test]
    fn takes_over_what_can_change_and_keeps_what_the_service_is() {
        let options = ServiceOptions { name: "job:service".into(), ..ServiceOptions::default() };
        let selection = Selection { queues: options.queues.clone(), classes: ClassSelection::only(["A"]) };
        let settings = Settings::new(options, selection);
        assert!(!settings.take_new());
        settings.adopt(ServiceOptions {
            name: "job:other".into(),
            mode: ServiceMode::Service,
            queues: QueueOrder::Strict(vec!["low".into()]),
            concurrency: 3,
            shutdown_timeout: Duration::from_secs(7),
            linger: Duration::from_secs(8),
            max_jobs: Some(9),
            max_memory: Some(1 << 30),
            retention: Retention::of(Duration::from_secs(10)),
            ..ServiceOptions::default()
        });
        let options = settings.options();
        assert_eq!((options.name.as_str(), options.mode), ("job:service", ServiceMode::OnDemand));
        assert_eq!((options.concurrency, options.max_jobs, options.max_memory), (3, Some(9), Some(1 << 30)));
        assert_eq!(options.retention, Retention::of(Duration::from_secs(10)));
        assert_eq!((options.shutdown_timeout, options.linger), (Duration::from_secs(7), Duration::from_secs(8)));
        assert_eq!(settings.selection().queues.names().collect::<Vec<_>>(), ["low"]);
        assert_eq!(settings.selection().classes, ClassSelection::only(["A"]));
        assert!(settings.take_new() && !settings.take_new());
    }
}
