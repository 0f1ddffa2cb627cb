//! `egret check`: whether everything is in order, without starting or changing anything.

mod finding;
mod folders;
mod limits;
mod store;

use clap::Args;
use serde::Serialize;

use self::finding::{Finding, Level};
use super::section::SectionArguments;
use super::{Exit, Failure, Output, Paint, arguments};
use crate::config::{LoadOptions, Review};

/// Checks the configuration, folders, the store and the limits of this process; starts and changes nothing
///
/// Ends with status 0 when there is no error; warnings are none. Says also where Ruby reads a value of the file
/// differently. With a section, that section must be there, and of the limits only its own count.
#[derive(Args, Debug)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) section: SectionArguments,
    /// Takes warnings for errors
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    pub(super) format: arguments::Json,
}

/// What was found, for programs.
#[derive(Serialize)]
struct Account<'a> {
    is_ok: bool,
    root: String,
    environment: &'a str,
    findings: &'a [Finding],
}

impl Check {
    pub(super) fn perform(&self, options: &LoadOptions, output: &Output) -> Result<Exit, Failure> {
        let review = Review::of(options);
        let mut findings: Vec<Finding> = Vec::new();
        findings.extend(review.problems.iter().map(|problem| Finding::of_problem(Level::Error, problem)));
        findings.extend(review.remarks.iter().map(|problem| Finding::of_problem(Level::Warning, problem)));
        if let Some(config) = &review.config {
            folders::check(config, &mut findings);
            store::check(config, &mut findings);
            match self.section.name(config)?.map(|name| config.section(&name)) {
                None => config.sections.values().for_each(|section| limits::check(section, &mut findings)),
                Some(Ok(section)) => limits::check(section, &mut findings),
                Some(Err(unknown)) => {
                    let problems = unknown.problems().iter();
                    findings.extend(problems.map(|problem| Finding::of_problem(Level::Error, problem)));
                }
            }
        }
        let is_bad = |finding: &Finding| finding.level == Level::Error || self.strict;
        let is_ok = !findings.iter().any(is_bad);
        if output.is_json() {
            let root = review.root.display().to_string();
            output.json(&Account { is_ok, root, environment: &review.environment, findings: &findings })?;
        } else {
            output.note(format_args!("folder {}, environment {}", review.root.display(), review.environment));
            tell(output, &findings)?;
        }
        Ok(if is_ok { Exit::Success } else { Exit::Failure })
    }
}

fn tell(output: &Output, findings: &[Finding]) -> Result<(), Failure> {
    if findings.is_empty() {
        return output.line(output.paint(Paint::Good, "ok"));
    }
    for finding in findings {
        let level = match finding.level {
            Level::Error => output.paint(Paint::Bad, "error:"),
            Level::Warning => output.paint(Paint::Warning, "warning:"),
        };
        let place = finding.place.as_ref().map_or_else(String::new, |place| format!("{place}: "));
        output.line(format_args!("{level} {place}{}", finding.message))?;
        if let Some(hint) = &finding.hint {
            output.line(format_args!("  {} {hint}", output.paint(Paint::Faint, "hint:")))?;
        }
    }
    Ok(())
}
