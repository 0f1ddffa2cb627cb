//! Calling a struct's own `perform`, with or without a context.

use std::future::Future;

use super::{Context, IntoPerformed};

/// A `perform` that the derive macro can call: `async fn perform(self)` or
/// `async fn perform(self, context: &Context)`. `Form` tells the two apart and is inferred. Any other form is refused:
///
/// ```compile_fail,E0277
/// #[derive(egret::Job)]
/// struct Sync;
/// impl Sync { fn perform(self) {} }
/// ```
///
/// ```compile_fail,E0277
/// #[derive(egret::Job)]
/// struct Demanding;
/// impl Demanding { async fn perform(self, _: &egret::Context, _: u64) {} }
/// ```
///
/// ```compile_fail,E0277
/// #[derive(egret::Job)]
/// struct NoEnd;
/// impl NoEnd { async fn perform(self) -> u64 { 7 } }
/// ```
///
/// Its future must be one that another thread can go on with:
///
/// ```compile_fail
/// #[derive(egret::Job)]
/// struct Local;
/// impl Local {
///     async fn perform(self) {
///         let local = std::rc::Rc::new(());
///         std::future::ready(()).await;
///         drop(local);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`perform` has another form than a job's",
    label = "this job's `perform`",
    note = "write `async fn perform(self)` or `async fn perform(self, context: &egret::Context)`, \
            which returns `()`, `Done`, `egret::Result`, or a `Result` of `()` or `Done` with an error type"
)]
pub trait PerformMethod<'a, J, Form> {
    /// What it returns at its end.
    type Output: IntoPerformed;
    /// The running method.
    type Future: Future<Output = Self::Output>;

    /// Calls it.
    fn call(self, job: J, context: &'a Context) -> Self::Future;
}

/// The form with a context.
#[derive(Debug)]
pub enum WithContext {}

/// The form without.
#[derive(Debug)]
pub enum WithoutContext {}

impl<'a, J, M, F> PerformMethod<'a, J, WithContext> for M
where
    M: FnOnce(J, &'a Context) -> F,
    F: Future,
    F::Output: IntoPerformed,
{
    type Output = F::Output;
    type Future = F;

    fn call(self, job: J, context: &'a Context) -> F {
        self(job, context)
    }
}

impl<'a, J, M, F> PerformMethod<'a, J, WithoutContext> for M
where
    M: FnOnce(J) -> F,
    F: Future,
    F::Output: IntoPerformed,
{
    type Output = F::Output;
    type Future = F;

    fn call(self, job: J, _: &'a Context) -> F {
        self(job)
    }
}
