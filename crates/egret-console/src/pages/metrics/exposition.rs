//! The text format of Prometheus (version 0.0.4, "Exposition formats" in its documentation), as far as it is needed.

use std::fmt::Write as _;

pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What kind of figure a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only goes up, and begins anew with the process that counts.
    Counter,
}

/// Metrics being written.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    text: String,
    name: &'static str,
}

impl Exposition {
    /// Begins a metric, to which the samples that follow belong.
    pub(super) fn metric(&mut self, name: &'static str, kind: Kind, help: &str) -> &mut Self {
        let kind = match kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        self.put(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        self.name = name;
        self
    }

    /// Adds a sample of the metric that was begun last.
    #[allow(clippy::cast_precision_loss, reason = "all figures of the format are 64-bit floats")]
    pub(super) fn count(&mut self, labels: &[(&str, &str)], value: u64) {
        self.sample(labels, value as f64);
    }

    /// The same for figures with a fraction.
    pub(super) fn sample(&mut self, labels: &[(&str, &str)], value: f64) {
        let name = self.name;
        self.put(format_args!("{name}"));
        for (index, (label, text)) in labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            self.put(format_args!("{before}{label}=\"{}\"", escaped(text)));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        self.put(format_args!("{end} {value}\n"));
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        self.text.write_fmt(arguments).expect("a string takes any text");
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_stand_below_their_help_and_type() {
        let mut exposition = Exposition::default();
        exposition.metric("egret_jobs", Kind::Gauge, "Jobs by queue.").count(&[("queue", "a"), ("state", "b")], 3);
        exposition.metric("egret_up_total", Kind::Counter, "A\nB\\").sample(&[], 0.5);
        assert_eq!(
            exposition.into_text(),
            "# HELP egret_jobs Jobs by queue.\n# TYPE egret_jobs gauge\negret_jobs{queue=\"a\",state=\"b\"} 3\n\
             # HELP egret_up_total A\\nB\\\\\n# TYPE egret_up_total counter\negret_up_total 0.5\n"
        );
    }

    #[test]
    fn a_hostile_label_stays_one_label_on_one_line() {
        let mut exposition = Exposition::default();
        exposition.metric("m", Kind::Gauge, "x").count(&[("queue", "a\"} 1\nevil{b=\"\\")], 1);
        let line = exposition.into_text().lines().last().unwrap().to_owned();
        assert_eq!(line, r#"m{queue="a\"} 1\nevil{b=\"\\"} 1"#);
    }
}
