//! Time that processes take of the processors.

use std::time::Duration;

/// What the process has taken so far, by user and system together; its threads that have ended count as well.
///
/// Source: proc_pid_stat(5), fields 14 and 15, in hundredths of a second.
pub fn time_of(pid: u32) -> Duration {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return Duration::ZERO };
    let fields: Vec<&str> = stat[stat.rfind(')').map_or(0, |end| end + 2)..].split(' ').collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}
