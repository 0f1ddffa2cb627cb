//! The layer that brings events of `tracing` to the log of the job that wrote them.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;

use egret_core::LogSource;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::ExecutionLog;

/// Brings events of `tracing` to the log of the job that wrote them; other events do not concern it.
///
/// The job is found by the task that runs it, or by the span around the event: spans that are opened while a job runs
/// carry its log, so that instrumented tasks and threads of a job count as the job.
///
/// It takes the levels that the log of the job takes. Choose a bound for all jobs with a filter of its own, lest the events of all libraries are prepared for nothing:
///
/// ```
/// use egret::execution_log::ExecutionLogLayer;
/// use tracing::level_filters::LevelFilter;
/// use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
///
/// let subscriber = tracing_subscriber::registry().with(ExecutionLogLayer.with_filter(LevelFilter::INFO));
/// # drop(subscriber);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ExecutionLogLayer;

/// The target of lines that a job writes through its context.
const LINE_TARGET: &str = "egret::job";

/// Writes a line of the running job: into its log, whether or not the application has set up [`ExecutionLogLayer`], and
/// as an event of `tracing`.
pub(crate) fn job_line(text: &str) {
    if let Some(log) = ExecutionLog::current().filter(|log| log.takes(LogSource::Info)) {
        log.line(LogSource::Info, text);
    }
    tracing::info!(target: LINE_TARGET, "{text}");
}

/// The log of a job, as spans carry it.
struct SpanLog(Arc<ExecutionLog>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ExecutionLogLayer {
    fn on_new_span(&self, _attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(log) = ExecutionLog::current() else { return };
        if let Some(span) = context.span(id) {
            span.extensions_mut().replace(SpanLog(log));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if crate::facts::is_about_a_run(event.metadata()) {
            return;
        }
        let current = ExecutionLog::current();
        if current.is_some() && event.metadata().target() == LINE_TARGET {
            // The line went to the log by itself.
            return;
        }
        let Some(log) = current.or_else(|| log_of_span(event, &context)) else { return };
        let source = source(*event.metadata().level());
        if log.takes(source) && !log.is_full() {
            let mut text = EventText::default();
            event.record(&mut text);
            if event.metadata().target() == crate::facts::TARGET {
                // The sentence of a fact says all of its fields.
                text.fields.clear();
            }
            log.line(source, &text.into_line());
        }
    }
}

fn log_of_span<S: Subscriber + for<'a> LookupSpan<'a>>(
    event: &Event<'_>,
    context: &Context<'_, S>,
) -> Option<Arc<ExecutionLog>> {
    let mut spans = context.event_scope(event)?;
    spans.find_map(|span| span.extensions().get::<SpanLog>().map(|SpanLog(log)| Arc::clone(log)))
}

fn source(level: Level) -> LogSource {
    match level {
        Level::ERROR => LogSource::Error,
        Level::WARN => LogSource::Warn,
        Level::INFO => LogSource::Info,
        Level::DEBUG => LogSource::Debug,
        Level::TRACE => LogSource::Trace,
    }
}

/// An event as text: its message, then its fields as `name=value`.
#[derive(Debug, Default)]
struct EventText {
    message: String,
    fields: String,
}

impl EventText {
    fn into_line(self) -> String {
        match (self.message.is_empty(), self.fields.is_empty()) {
            (_, true) => self.message,
            (true, false) => self.fields,
            (false, false) => self.message + " " + &self.fields,
        }
    }

    fn field(&mut self, name: &str, value: std::fmt::Arguments<'_>) {
        if !self.fields.is_empty() {
            self.fields.push(' ');
        }
        write!(self.fields, "{name}={value}").expect("writing to memory does not fail");
    }
}

impl Visit for EventText {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            name => self.field(name, format_args!("{value:?}")),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => write!(self.message, "{value:?}").expect("writing to memory does not fail"),
            name => self.field(name, format_args!("{value:?}")),
        }
    }
}
