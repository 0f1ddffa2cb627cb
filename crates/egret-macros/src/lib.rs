//! The derive macro of Egret's jobs. Applications use it as `egret::Job`.

mod attributes;
mod duration;
mod expand;
mod rules;
mod shape;
mod suggestion;
mod unique;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a plain struct a background job.
///
/// The fields are the arguments: named fields travel as keyword arguments, those of a tuple struct by position. The work
/// is the struct's own `async fn perform(self)`, or `async fn perform(self, context: &egret::Context)`, which returns
/// `()`, `egret::job::Done`, `egret::Result`, or a `Result` of `()` or `Done` with an error type.
///
/// ```ignore
/// #[derive(Job)]
/// #[job(queue = "mailers", retry_on(SmtpError, wait = "10s", attempts = 8), discard_on(UnknownInvoice))]
/// struct SendInvoice {
///     invoice_id: u64,
///     #[serde(default)]
///     copies: u8,
/// }
///
/// impl SendInvoice {
///     async fn perform(self, context: &egret::Context) -> egret::Result {
///         Ok(())
///     }
/// }
/// ```
///
/// # Attributes of the struct
///
/// All are optional and stand in `#[job(…)]`; a duration is text such as `"250ms"`, `"10s"`, `"5m"`, `"6h"` or `"1d"`,
/// or a number of seconds.
///
/// | attribute | meaning | default |
/// |---|---|---|
/// | `class = "Billing::ChargeJob"` | the name in payloads, the one that Ruby knows | the struct's name |
/// | `aliases("Old", "Older")` | other names under which jobs may still wait | none |
/// | `queue = "low"` | queue | `default` |
/// | `priority = 10` | priority, smaller runs first | none, counts as 0 |
/// | `retry_on(A, B, …)` | retries on these errors, see below | – |
/// | `discard_on(A, B)` | gives the job up on these errors | – |
/// | `retry_jitter = 0.15` | jitter of the rules that name none | 0.15 |
/// | `time_limit = "30s"` | how long a run may take | no limit |
/// | `at_most_once` | the store forgets the job before it runs | at least once |
/// | `unique`, `unique(for = "10m")` | stores a job only if no other one with the same arguments lives, see below | any number |
/// | `task = "cms:generate_pages"` | runs inside of the task of the name, of which there is one at a time | no task |
/// | `task_busy = "discard"` | gives the job up when its task runs | `"wait"`: it is put off and tries again |
/// | `log_arguments = false` | keeps arguments out of logs and pages | `true` |
/// | `log_level = "debug"` | the least severe lines that the logs of its jobs take: `trace` to `unknown` | that of the service's section |
/// | `crate = "path"` | path of the crate `egret`, if it is not `::egret` | `::egret` |
///
/// A job that is `unique` and whose like already waits or runs is not stored: `perform_later` answers the id of the other
/// one. Alike are jobs of the class with equal arguments; with `unique(by(invoice_id))` those that are equal in these
/// fields; with `unique(key = "reports")` all that name this key, of any class. `for = "10m"` beside any of these keeps
/// the place taken for this long after the enqueue, even if the job has ended. `set().unique(…)` decides instead where it
/// is called. Jobs that other programs and `egret enqueue` store are not judged.
///
/// The rules are tried from the last one up, and match the error or one of its causes. A class of errors is a type, a type
/// with the name that Ruby knows it by (`CardError as "Billing::CardError"`), or a name alone (`"Net::OpenTimeout"`) for
/// errors of other languages. Options of `retry_on`, with Active Job's defaults:
///
/// | option | meaning | default |
/// |---|---|---|
/// | `wait = "3s"` | time before the next attempt | 3 s |
/// | `wait = "polynomially_longer"` | 3 s, 18 s, 83 s, 258 s … | |
/// | `wait = function` | what `fn(u32, &JobError) -> Duration` says | |
/// | `attempts = 5`, `attempts = unlimited` | runs in all, the first included | 5 |
/// | `queue = "retries"`, `priority = 7` | where later attempts wait | unchanged |
/// | `jitter = 0.5` | up to which part of the wait is added at random | `retry_jitter` |
///
/// # Attributes of fields
///
/// Those of serde: `#[serde(default)]`, `#[serde(rename = "…")]`, `#[serde(with = "…")]` and so on. The struct need not
/// derive serde's traits. A keyword that no field takes is an error, as in Ruby; a field with `#[serde(flatten)]` of a
/// map type takes the rest.
#[proc_macro_derive(Job, attributes(job, serde))]
pub fn derive_job(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
