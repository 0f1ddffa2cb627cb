//! The classes among which a list can be narrowed, with their counts.

use std::collections::BTreeMap;

use egret_core::{ExecutionFilter, ExecutionOrder, Page};

use crate::fault::Fault;
use crate::visit::Visit;

/// So many attempts are looked at, the newest, so that the page is made at once in any store.
const LOOKED_AT: usize = 1_000;

/// Classes that are offered, those with the most attempts; and the bytes that a name may have among them.
const OFFERED: usize = 100;
const LONGEST: usize = 200;

/// The classes of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Classes {
    pub(super) options: Vec<ClassOption>,
    /// Whether there were more attempts than were looked at.
    pub(super) is_partial: bool,
}

/// A class to choose.
#[derive(Clone, Debug)]
pub(super) struct ClassOption {
    pub(super) class: String,
    pub(super) n_attempts: u64,
    pub(super) is_chosen: bool,
}

impl Classes {
    /// The classes of the attempts that the filter covers, whatever class it asks for itself.
    pub(super) async fn of(visit: &Visit, filter: &ExecutionFilter) -> Result<Self, Fault> {
        let chosen = filter.class.clone();
        let mut filter = filter.clone();
        filter.class = None;
        let page = Page::first(LOOKED_AT);
        let listing = visit.backend().inspect_executions(&filter, ExecutionOrder::LatestFirst, &page).await?;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for record in listing.items {
            *counts.entry(record.execution.class).or_default() += 1;
        }
        if let Some(chosen) = &chosen {
            counts.entry(chosen.clone()).or_default();
        }
        let option = |(class, n_attempts): (String, u64)| ClassOption {
            is_chosen: chosen.as_ref() == Some(&class),
            class,
            n_attempts,
        };
        let mut options: Vec<ClassOption> =
            counts.into_iter().map(option).filter(|option| option.is_chosen || option.class.len() <= LONGEST).collect();
        if options.len() > OFFERED {
            options.sort_by_key(|option| std::cmp::Reverse((option.is_chosen, option.n_attempts)));
            options.truncate(OFFERED);
            options.sort_by(|one, other| one.class.cmp(&other.class));
        }
        Ok(Self { options, is_partial: listing.next.is_some() })
    }
}
