//! From the merged tree to the typed configuration.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::console::ConsoleSettings;
use super::delayed_job::DelayedJobSettings;
use super::durability::Durability;
use super::error::Problem;
use super::exec::ExecPolicy;
use super::pool::PoolLimits;
use super::reader::Reader;
use super::resque::ResqueSettings;
use super::section::Section;
use super::sidekiq::SidekiqSettings;
use super::store_url::StoreUrl;
use super::value::{Mapping, Value};
use super::{Config, keys};
use crate::language::{Language, Sentence};

/// Types each value of `values`. Where there are problems they are noted, and the result means nothing.
pub(super) fn config(root: PathBuf, environment: String, values: Value, problems: &mut Vec<Problem>) -> Config {
    let nothing = Mapping::default();
    let tree = values.as_mapping().unwrap_or(&nothing);
    let sections = sections(tree, problems);
    let reader = &mut Reader::new(tree, String::new(), problems);
    let keep_logs = reader.keeping_time("keep_logs");
    let retention = super::retention::read(reader, keep_logs);
    Config {
        root,
        environment,
        url: url(reader),
        durability: reader.word("durability", &Durability::ALL, Durability::as_str).unwrap_or_default(),
        queue_adapter: reader.text("queue_adapter"),
        sections,
        pools: PoolLimits::read(reader),
        keep_logs,
        keep_tasks: reader.keeping_time("keep_tasks"),
        retention,
        head_logs: reader.count("head_logs").map_or(0, |lines| usize::try_from(lines).unwrap_or(usize::MAX)),
        reload_interval: reader.positive_duration("reload_interval").unwrap_or_default(),
        locale: reader.word("locale", &Language::ALL, Language::code),
        time_zone: reader.time_zone("time_zone"),
        console: ConsoleSettings::read(reader),
        exec: ExecPolicy::read(reader),
        sidekiq: SidekiqSettings::read(reader),
        resque: ResqueSettings::read(reader),
        delayed_job: DelayedJobSettings::read(reader),
        section_of_file: None,
        unheeded: Vec::new(),
        values,
    }
}

fn sections(tree: &Mapping, problems: &mut Vec<Problem>) -> BTreeMap<String, Section> {
    let named = tree.iter().filter(|(name, _)| !keys::is_reserved(name));
    named
        .filter_map(|(name, value)| Some((name, value.as_mapping()?)))
        .map(|(name, values)| {
            let mut reader = Reader::new(values, format!("{name}."), problems);
            (name.to_owned(), Section::read(name, &mut reader))
        })
        .collect()
}

fn url(reader: &mut Reader<'_>) -> StoreUrl {
    let expected = Sentence::new("config-expected-url").with("example", "sqlite:var/egret.db");
    let written = reader.secret("url", expected, StoreUrl::new);
    written.unwrap_or_else(|| StoreUrl::new("none:").expect("it has a scheme"))
}
