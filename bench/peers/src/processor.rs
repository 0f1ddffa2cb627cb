//! Time that processes take of the processors.

use std::time::Duration;

/// What the process has taken so far, by user and system together; its threads that have ended count as well.
///
/// Source: proc_pid_stat(5), fields 14 and 15, in hundredths of a second.
pub fn time_of(pid: u32) -> Duration {
    let fields = fields_of(pid);
    ticks(fields[11] + fields[12])
}

/// The numbers behind the name of the process, the first of them in field 3: as far as time, and zero where no number stands.
pub fn fields_of(pid: u32) -> [u64; 15] {
    let mut fields = [0; 15];
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return fields };
    let words = stat[stat.rfind(')').map_or(0, |end| end + 2)..].split(' ');
    for (field, word) in fields.iter_mut().zip(words) {
        *field = word.parse().unwrap_or(0);
    }
    fields
}

/// So many hundredths of a second.
pub fn ticks(count: u64) -> Duration {
    Duration::from_millis(10 * count)
}
