//! Reading a packed payload.

use egret_core::{JobData, JobId, Timestamp};
use serde_json::Map;
use serde_json::value::RawValue;

use super::part;
use crate::job_key::JobKey;

/// The payload, or what is wrong with the bytes.
pub(super) fn unpack(bytes: &[u8]) -> Result<JobData, String> {
    let mut rest = Rest(bytes);
    let parts = rest.number()?;
    let has = |part| parts & part != 0;
    let class = rest.text()?;
    let id = if has(part::UUID) { JobKey::Uuid(rest.array()?).to_id() } else { JobId::new(rest.text()?) };
    let provider_job_id = has(part::PROVIDER_JOB_ID).then(|| rest.json("the provider's id")).transpose()?;
    let queue_name = has(part::QUEUE_NAME).then(|| rest.text()).transpose()?;
    let priority = has(part::PRIORITY).then(|| rest.number()).transpose()?;
    let arguments = rest.json("the arguments")?;
    if !arguments.get().starts_with('[') {
        return Err("the arguments are not an array".to_owned());
    }
    let mut data = JobData::bare(class.to_owned(), id, arguments);
    data.provider_job_id = provider_job_id;
    data.queue_name = queue_name.map(str::to_owned);
    data.priority = priority.map(u64::cast_signed);
    data.executions = u32::try_from(rest.number()?).map_err(|_| "there are too many executions".to_owned())?;
    if has(part::EXCEPTION_EXECUTIONS) {
        data.exception_executions = Some(rest.counters()?);
    }
    data.locale = has(part::LOCALE).then(|| rest.text()).transpose()?.map(str::to_owned);
    data.timezone = has(part::TIMEZONE).then(|| rest.text()).transpose()?.map(str::to_owned);
    data.enqueued_at = has(part::ENQUEUED_AT).then(|| rest.instant()).transpose()?;
    data.scheduled_at = has(part::SCHEDULED_AT).then(|| rest.instant()).transpose()?;
    for _ in 0..rest.number()? {
        let name = rest.text()?.to_owned();
        data.extra.push((name, rest.json("a value")?));
    }
    match rest.0 {
        [] => Ok(data),
        _ => Err("something follows the payload".to_owned()),
    }
}

/// What has not been read.
struct Rest<'p>(&'p [u8]);

impl<'p> Rest<'p> {
    fn take(&mut self, n: usize) -> Result<&'p [u8], String> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or_else(|| "the payload ends early".to_owned())?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        Ok(self.take(N)?.try_into().expect("as many bytes as were asked for"))
    }

    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a number does not end".to_owned())
    }

    fn text(&mut self) -> Result<&'p str, String> {
        let length = usize::try_from(self.number()?).map_err(|error| error.to_string())?;
        std::str::from_utf8(self.take(length)?).map_err(|error| format!("a text cannot be read: {error}"))
    }

    fn json(&mut self, what: &str) -> Result<Box<RawValue>, String> {
        RawValue::from_string(self.text()?.to_owned()).map_err(|error| format!("{what} cannot be read: {error}"))
    }

    fn counters(&mut self) -> Result<Map<String, serde_json::Value>, String> {
        let mut counters = Map::new();
        for _ in 0..self.number()? {
            let rule = self.text()?.to_owned();
            let counter =
                serde_json::from_str(self.text()?).map_err(|error| format!("a counter cannot be read: {error}"))?;
            counters.insert(rule, counter);
        }
        Ok(counters)
    }

    fn instant(&mut self) -> Result<Timestamp, String> {
        let (second, nanosecond) = (i64::from_le_bytes(self.array()?), i32::from_le_bytes(self.array()?));
        Timestamp::new(second, nanosecond).map_err(|error| format!("a time cannot be read: {error}"))
    }
}
