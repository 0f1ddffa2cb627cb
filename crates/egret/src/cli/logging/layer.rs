//! The layer that writes lines.

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::destination::Destination;
use super::fields::Fields;
use super::{LogFormat, human, json};
use crate::cli::Output;
use crate::facts;

/// Writes each event as a line.
#[derive(Debug)]
pub(super) struct LineLayer {
    form: LogFormat,
    destination: Destination,
    style: human::Style,
}

/// The fields of a span, kept in it.
struct SpanFields(Fields);

/// What is said, and where.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) level: tracing::Level,
    pub(super) target: &'a str,
    pub(super) fields: Fields,
    /// Class and id of the job that it concerns.
    pub(super) job: Option<(String, String)>,
    /// Class and id of the job in whose run it is said.
    pub(super) run: Option<(String, String)>,
    /// The name of a fact of Active Job, whose message says all of its fields.
    pub(super) fact: Option<&'static str>,
}

impl Entry<'_> {
    /// What Active Job tags it with: nothing, itself, or itself and the run's job.
    pub(super) fn tags(&self) -> impl Iterator<Item = &str> {
        let is_tagged = self.run.is_some() || self.job.is_some();
        let run = self.run.iter().flat_map(|(class, id)| [class.as_str(), id.as_str()]);
        is_tagged.then_some(facts::TAG).into_iter().chain(run)
    }
}

/// A span around an event.
#[derive(Debug)]
pub(super) struct Around<'a> {
    pub(super) name: &'static str,
    pub(super) fields: &'a Fields,
}

impl LineLayer {
    pub(super) fn new(form: LogFormat, destination: Destination, output: &Output) -> Self {
        let style = human::Style {
            has_time: !destination.knows_the_time(),
            has_colours: output.errors_are_coloured() && !destination.is_file(),
        };
        Self { form, destination, style }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LineLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().replace(SpanFields(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(SpanFields(fields)) = span.extensions_mut().get_mut()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        let fact = (metadata.target() == facts::TARGET).then(|| metadata.name());
        // Facts name their job themselves, which is not the one that runs when it enqueues another.
        let job = fact.and_then(|_| fields.take(facts::JOB_CLASS).zip(fields.take(facts::JOB_ID)));
        let mut run = None;
        let spans: Vec<_> = context.event_scope(event).map(|scope| scope.from_root().collect()).unwrap_or_default();
        let extensions: Vec<_> = spans.iter().map(|span| (span.metadata(), span.extensions())).collect();
        let mut around = Vec::new();
        for (metadata, extensions) in &extensions {
            let Some(SpanFields(fields)) = extensions.get() else { continue };
            if metadata.target() == facts::TARGET {
                run = fields.text(facts::JOB_CLASS).zip(fields.text(facts::JOB_ID));
            } else {
                around.push(Around { name: metadata.name(), fields });
            }
        }
        let entry = Entry {
            level: *metadata.level(),
            target: metadata.target(),
            fields,
            job: job.or_else(|| run.clone()),
            run,
            fact,
        };
        let text = match self.form {
            LogFormat::Human => human::line(&entry, &around, &self.style),
            LogFormat::Json => json::line(&entry, &around),
        };
        self.destination.write(entry.level, &text);
    }
}
