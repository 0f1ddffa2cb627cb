//! Packing a payload.

use egret_core::{JobData, Timestamp};

use super::{PACKED, part};
use crate::job_key::JobKey;

/// Enough for the payload of a job with small arguments, so that it is not copied while it grows.
const COMMON_BYTES: usize = 256;

pub(super) fn pack(data: &JobData, key: &JobKey) -> Vec<u8> {
    let mut pack = Pack(Vec::with_capacity(COMMON_BYTES));
    pack.0.push(PACKED);
    pack.number(parts(data, key));
    pack.text(&data.job_class);
    match key {
        JobKey::Uuid(bytes) => pack.0.extend_from_slice(bytes),
        JobKey::Text(text) => pack.text(text),
    }
    data.provider_job_id.iter().for_each(|id| pack.text(id.get()));
    data.queue_name.iter().for_each(|queue| pack.text(queue));
    data.priority.iter().for_each(|priority| pack.number(priority.cast_unsigned()));
    pack.text(data.arguments.get());
    pack.number(u64::from(data.executions));
    if let Some(counters) = &data.exception_executions {
        pack.number(counters.len() as u64);
        for (rule, counter) in counters {
            pack.text(rule);
            pack.text(&counter.to_string());
        }
    }
    data.locale.iter().for_each(|locale| pack.text(locale));
    data.timezone.iter().for_each(|timezone| pack.text(timezone));
    data.enqueued_at.iter().for_each(|instant| pack.instant(*instant));
    data.scheduled_at.iter().for_each(|instant| pack.instant(*instant));
    pack.number(data.extra.len() as u64);
    for (name, value) in &data.extra {
        pack.text(name);
        pack.text(value.get());
    }
    pack.0
}

fn parts(data: &JobData, key: &JobKey) -> u64 {
    let parts = [
        (matches!(key, JobKey::Uuid(_)), part::UUID),
        (data.provider_job_id.is_some(), part::PROVIDER_JOB_ID),
        (data.queue_name.is_some(), part::QUEUE_NAME),
        (data.priority.is_some(), part::PRIORITY),
        (data.exception_executions.is_some(), part::EXCEPTION_EXECUTIONS),
        (data.locale.is_some(), part::LOCALE),
        (data.timezone.is_some(), part::TIMEZONE),
        (data.enqueued_at.is_some(), part::ENQUEUED_AT),
        (data.scheduled_at.is_some(), part::SCHEDULED_AT),
    ];
    parts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, bit)| bit).sum()
}

/// A payload on its way into bytes.
struct Pack(Vec<u8>);

impl Pack {
    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Whole seconds since the epoch, then the rest in nanoseconds, which has the sign of the seconds.
    fn instant(&mut self, instant: Timestamp) {
        self.0.extend_from_slice(&instant.as_second().to_le_bytes());
        self.0.extend_from_slice(&instant.subsec_nanosecond().to_le_bytes());
    }
}
