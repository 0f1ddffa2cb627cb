//! What a server that has a process for each connection takes of the processors.

use std::time::Duration;

use crate::processor::{fields_of, ticks};

/// What the process and those that it has started have taken so far, also those that have ended.
///
/// Source: proc_pid_stat(5), field 4 for the parent, 14 and 15 for the process itself, 16 and 17 for its children that have ended.
pub fn time_of(pid: u32) -> Duration {
    let own = fields_of(pid);
    let children = numbered_processes().map(fields_of).filter(|fields| fields[1] == u64::from(pid));
    let of_children: u64 = children.map(|fields| fields[11] + fields[12]).sum();
    ticks(own[11..15].iter().sum::<u64>() + of_children)
}

/// The process that has started this one.
pub fn parent_of(pid: u32) -> u32 {
    u32::try_from(fields_of(pid)[1]).unwrap_or(0)
}

fn numbered_processes() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}
