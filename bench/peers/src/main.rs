//! Egret beside other programs that do the same: the same server, the same jobs, one run.
//!
//! `compare` starts each program as a process of its own, lets it do what it is measured at, and ends it. `compare sidekiq` and
//! `compare delayed-job` do that for one system, without its name for both. `--json` writes JSON, `--scale F` multiplies the
//! numbers of jobs; `--peer NAME` and `--only worker|pickup|single|bulk` leave the rest out. It needs the servers that
//! `scripts/with-servers` starts, and Debian's `ruby-sidekiq` and `ruby-delayed-job-active-record`.

mod delayed_job;
mod figures;
mod options;
mod processor;
mod sidekiq;
mod worker;

use std::iter::successors;
use std::process::ExitCode;

use figures::Report;
use options::Options;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["sidekiq", "worker", url] => sidekiq::egret_side::work(url),
        ["sidekiq", "client", url, way, count] => sidekiq::egret_side::enqueue(url, way, count),
        ["sidekiq", "bare-worker", url] => sidekiq::bare::work(url),
        ["sidekiq", "bare-client", url, way, count] => sidekiq::bare::enqueue(url, way, count),
        ["delayed-job", "worker", url] => delayed_job::egret_side::work(url),
        ["sidekiq", options @ ..] => compare(options, &[sidekiq::compare]),
        ["delayed-job", options @ ..] => compare(options, &[delayed_job::compare]),
        options => compare(options, &[sidekiq::compare, delayed_job::compare]),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let chain: Vec<String> =
                successors(Some(&*error), |error| error.source()).map(ToString::to_string).collect();
            eprintln!("error: {}", chain.join(": "));
            ExitCode::FAILURE
        }
    }
}

/// Measures all that is meant of one system.
type Compare = fn(&Options<'_>) -> Result<Report, Failure>;

fn compare(words: &[&str], systems: &[Compare]) -> Result<(), Failure> {
    let options = Options::of_words(words)?;
    let reports: Vec<Report> = systems.iter().map(|compare| compare(&options)).collect::<Result<_, Failure>>()?;
    if options.is_json {
        println!("{}", figures::to_json(&reports));
    } else {
        reports.iter().for_each(|report| print!("{report}"));
    }
    Ok(())
}
