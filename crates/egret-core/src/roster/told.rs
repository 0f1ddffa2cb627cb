//! What a service tells of itself, as stores keep it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ClassSelection, ProcessIdentity, QueueGlobs, QueueOrder, Selection, ServiceInfo, ServiceMode};

/// What a service tells of itself, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// Where it runs.
    pub process: ProcessIdentity,
    /// Its mode.
    pub mode: ServiceMode,
    order: Order,
    queues: Vec<(String, u32)>,
    /// `None` for every class.
    classes: Option<Vec<String>>,
    /// Jobs at once.
    pub concurrency: u32,
}

/// In which order the queues are emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Strict,
    Weighted,
    Globs,
}

impl Told {
    /// What a service tells when it registers; rights to start and limits are not kept.
    pub fn of(info: &ServiceInfo) -> Self {
        let unweighted = |order: &QueueOrder| order.names().map(|name| (name.to_owned(), 0)).collect();
        let (order, queues) = match &info.selection.queues {
            QueueOrder::Weighted(weights) => (Order::Weighted, weights.clone()),
            globs @ QueueOrder::Globs(_) => (Order::Globs, unweighted(globs)),
            strict => (Order::Strict, unweighted(strict)),
        };
        let classes = match &info.selection.classes {
            ClassSelection::All => None,
            ClassSelection::Only(classes) => Some(classes.to_vec()),
        };
        let ServiceInfo { name, process, mode, concurrency, .. } = info.clone();
        Self { name, process, mode, order, queues, classes, concurrency }
    }

    /// The text under which it is kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("what a service tells is JSON")
    }

    /// As a service presents itself, with what is kept of it.
    pub fn to_info(&self) -> ServiceInfo {
        let queues = match self.order {
            Order::Weighted => QueueOrder::Weighted(self.queues.clone()),
            Order::Strict => QueueOrder::Strict(self.patterns()),
            Order::Globs => {
                QueueGlobs::new(&self.patterns()).map_or_else(|_| QueueOrder::Strict(Vec::new()), QueueOrder::Globs)
            }
        };
        let classes = self.classes.clone().map_or(ClassSelection::All, ClassSelection::only);
        ServiceInfo {
            name: self.name.clone(),
            process: self.process.clone(),
            mode: self.mode,
            selection: Arc::new(Selection { queues, classes }),
            concurrency: self.concurrency,
            start_right: None,
            max_services: None,
        }
    }

    /// The queues and patterns that it polls.
    pub fn patterns(&self) -> Vec<String> {
        self.queues.iter().map(|(name, _)| name.clone()).collect()
    }
}
