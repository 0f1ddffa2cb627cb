//! Writing a payload, keys in the order of Active Job.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{JobData, decode::Key, format_instant};

impl Serialize for JobData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(Key::JobClass.name(), &self.job_class)?;
        map.serialize_entry(Key::JobId.name(), &self.job_id)?;
        let mut optional = OptionalKeys { data: self, map: &mut map };
        optional.write(Key::ProviderJobId, self.provider_job_id.as_ref())?;
        optional.write(Key::QueueName, self.queue_name.as_ref())?;
        optional.write(Key::Priority, self.priority.as_ref())?;
        map.serialize_entry(Key::Arguments.name(), &self.arguments)?;
        map.serialize_entry(Key::Executions.name(), &self.executions)?;
        let mut optional = OptionalKeys { data: self, map: &mut map };
        optional.write(Key::ExceptionExecutions, self.exception_executions.as_ref())?;
        optional.write(Key::Locale, self.locale.as_ref())?;
        optional.write(Key::Timezone, self.timezone.as_ref())?;
        optional.write(Key::EnqueuedAt, self.enqueued_at.map(format_instant).as_ref())?;
        optional.write(Key::ScheduledAt, self.scheduled_at.map(format_instant).as_ref())?;
        for (key, value) in &self.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Keys that may be null, and that are left out when the payload that was read did not have them.
struct OptionalKeys<'a, M> {
    data: &'a JobData,
    map: &'a mut M,
}

impl<M: SerializeMap> OptionalKeys<'_, M> {
    fn write<T: Serialize>(&mut self, key: Key, value: Option<&T>) -> Result<(), M::Error> {
        if value.is_none() && self.data.absent.contains(key) {
            return Ok(());
        }
        self.map.serialize_entry(key.name(), &value)
    }
}
