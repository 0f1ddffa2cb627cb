//! `egret check`: whether everything is in order, without starting or changing anything.

mod finding;
mod folders;
mod limits;
mod store;

use clap::Args;
use serde::Serialize;

use self::finding::{Finding, Level};
use super::section::SectionArguments;
use super::session::{place, spoken};
use super::{Exit, Failure, Output, Paint, arguments};
use crate::config::{LoadOptions, Review};
use crate::language::Language;

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
    findings: Vec<finding::Account>,
}

impl Check {
    pub(super) fn perform(
        &self,
        options: &LoadOptions,
        output: &Output,
        language: Option<Language>,
    ) -> Result<Exit, Failure> {
        let review = Review::of(options);
        let language = spoken(language, review.locale);
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
            let findings = findings.iter().map(Finding::account).collect();
            output.json(&Account { is_ok, root, environment: &review.environment, findings })?;
        } else {
            output.note(place(language, &review.root, &review.environment));
            tell(output, &findings, language)?;
        }
        Ok(if is_ok { Exit::Success } else { Exit::Failure })
    }
}

fn tell(output: &Output, findings: &[Finding], language: Language) -> Result<(), Failure> {
    if findings.is_empty() {
        return output.line(output.paint(Paint::Good, language.text("check-ok")));
    }
    for finding in findings {
        let level = match finding.level {
            Level::Error => output.paint(Paint::Bad, language.text("check-error")),
            Level::Warning => output.paint(Paint::Warning, language.text("check-warning")),
        };
        output.line(format_args!("{level} {}", finding.line(language)))?;
        if let Some(hint) = finding.hint(language) {
            output.line(format_args!("  {} {hint}", output.paint(Paint::Faint, language.text("check-hint"))))?;
        }
    }
    Ok(())
}
