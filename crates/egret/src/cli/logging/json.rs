//! Lines for programs. The keys are listed, and promised, in the [module](super) above.

use egret_core::Timestamp;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::fields::{FieldValue, Fields};
use super::layer::{Around, Entry};

#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    level: &'static str,
    target: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "is_empty")]
    fields: Named<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spans: Vec<Span<'a>>,
}

#[derive(Serialize)]
struct Span<'a> {
    name: &'static str,
    #[serde(flatten)]
    fields: Named<'a>,
}

/// Fields as an object.
struct Named<'a>(&'a Fields);

/// The object, with its line end.
pub(super) fn line(entry: &Entry<'_>, around: &[Around<'_>]) -> String {
    let (job_class, job_id) = entry.job.as_ref().map(|(class, id)| (class.as_str(), id.as_str())).unzip();
    let line = Line {
        timestamp: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
        level: match entry.level {
            tracing::Level::ERROR => "error",
            tracing::Level::WARN => "warn",
            tracing::Level::INFO => "info",
            tracing::Level::DEBUG => "debug",
            tracing::Level::TRACE => "trace",
        },
        target: entry.target,
        message: &entry.fields.message,
        event: entry.fact,
        job_class,
        job_id,
        tags: entry.tags().collect(),
        fields: Named(&entry.fields),
        spans: around.iter().map(|span| Span { name: span.name, fields: Named(span.fields) }).collect(),
    };
    let mut text = serde_json::to_string(&line).expect("a line is made of texts and numbers");
    text.push('\n');
    text
}

fn is_empty(fields: &Named<'_>) -> bool {
    fields.0.others.is_empty()
}

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.0.others {
            match value {
                FieldValue::Plain(value) => map.serialize_entry(name, value)?,
                FieldValue::Raw(raw) => map.serialize_entry(name, raw)?,
            }
        }
        map.end()
    }
}
