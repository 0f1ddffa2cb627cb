//! Mistakes in attributes, each named at its place.

use egret_macros::Job;

#[derive(Job)]
#[job(queu = "low")]
struct Typo;

#[derive(Job)]
#[job(retry_on(std::io::Error, atempts = 3))]
struct TypoInRule;

#[derive(Job)]
#[job(retry_on(wait = "3s"))]
struct NoError;

#[derive(Job)]
#[job(retry_on(std::io::Error, attempts = 0))]
struct NoRun;

#[derive(Job)]
#[job(retry_on(std::io::Error, attempts = forever))]
struct Forever;

#[derive(Job)]
#[job(discard_on(std::io::Error, wait = "3s"))]
struct WaitsForNothing;

#[derive(Job)]
#[job(time_limit = "soon")]
struct Soon;

#[derive(Job)]
#[job(queue = "a", queue = "b")]
struct Twice;

#[derive(Job)]
#[job(class = "")]
#[job(priority = "high")]
struct TwoMistakes;

#[derive(Job)]
#[job(task = "cms:generate_pages", task_busy = "ignore")]
struct NoSuchWord;

#[derive(Job)]
#[job(task_busy = "wait")]
struct NoTask;

#[derive(Job)]
#[job(unique(until = "10m"))]
struct NoSuchOption;

#[derive(Job)]
#[job(unique(for = "soon"))]
struct UniqueSoon;

#[derive(Job)]
#[job(unique(by(page, plage)))]
struct NoSuchField {
    page: u64,
}

#[derive(Job)]
#[job(unique(key = "a", by(page)))]
struct TwoWays {
    page: u64,
}

#[derive(Job)]
#[job(unique())]
struct UniqueByNothing;

#[derive(Job)]
#[job(unique = "key")]
struct UniqueIs;

fn main() {}
