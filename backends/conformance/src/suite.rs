//! The macro by which a backend runs the suite, and the functions that its tests call.

use crate::{Case, Subject, Verdict, needs, run_case};
use egret_core::Timing;

/// Expands to one `#[test]` for each case of the suite, in a module for each verb.
///
/// The first argument is a function or closure without parameters that makes a [`Subject`] with an empty store. `lacks`
/// names every [need](crate::needs) that the store does not meet; cases with such a need are ignored, with the reason. One
/// module holds one suite.
#[macro_export]
macro_rules! suite {
    ($subject:expr $(,)?) => { $crate::suite!($subject, lacks: []); };
    ($subject:expr, lacks: [$($lack:ident),* $(,)?] $(,)?) => {
        fn subject() -> impl $crate::Subject {
            ($subject)()
        }

        #[test]
        fn says_exactly_what_it_lacks() {
            $crate::expect_declared(subject(), &[$(stringify!($lack)),*]);
        }

        $crate::__define_gate! { ($) gated_test [$($lack)*] }
        $crate::for_each_case! { [$crate::__emit_tests] [gated_test] }
    };
}

/// Defines a macro that turns a case into a test, an ignored one if the case needs what is lacking.
#[doc(hidden)]
#[macro_export]
macro_rules! __define_gate {
    (($d:tt) $gate:ident [$($lack:ident)*]) => {
        macro_rules! $gate {
            $(
                ([$lack $d($d rest:ident)*] $d verb:ident $d name:ident) => {
                    #[test]
                    #[ignore = concat!("the store lacks ", stringify!($lack))]
                    fn $d name() {
                        $crate::expect_skipped(
                            $crate::find_case(stringify!($d verb), stringify!($d name)),
                            super::subject(),
                        );
                    }
                };
            )*
            ([$d first:ident $d($d rest:ident)*] $d verb:ident $d name:ident) => {
                $gate! { [$d($d rest)*] $d verb $d name }
            };
            ([] $d verb:ident $d name:ident) => {
                #[test]
                fn $d name() {
                    $crate::expect_passed(
                        $crate::find_case(stringify!($d verb), stringify!($d name)),
                        super::subject(),
                    );
                }
            };
        }
    };
}

/// Emits a module for each verb with a test for each of its cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __emit_tests {
    ([$gate:ident] $($verb:ident { $($name:ident $needs:tt)* })*) => {
        $(mod $verb { $($gate! { $needs $verb $name })* })*
    };
}

/// Runs a case that the store must pass.
///
/// # Panics
/// When it fails, and when it is skipped although its need was not said to be lacking.
pub fn expect_passed(case: &Case, subject: impl Subject) {
    match run_case(case, subject) {
        Verdict::Passed => {}
        Verdict::Skipped(need) => panic!("the store lacks `{need}`: name it in `lacks` of the suite"),
        // The panic has been reported where it was raised.
        Verdict::Failed(message) => std::panic::resume_unwind(Box::new(message)),
    }
}

/// Runs a case that the store must skip.
///
/// # Panics
/// When it is not skipped.
pub fn expect_skipped(case: &Case, subject: impl Subject) {
    let verdict = run_case(case, subject);
    assert!(matches!(verdict, Verdict::Skipped(_)), "the case is no longer skipped: {verdict:?}");
}

/// Compares what a store lacks with what its suite says.
///
/// # Panics
/// When they differ.
pub fn expect_declared(subject: impl Subject, lacks: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("the system gives a test a timer");
    let store = runtime.block_on(subject.open(Timing::default())).expect("a fresh store opens");
    let mut declared = lacks.to_vec();
    declared.sort_unstable();
    assert_eq!(
        declared,
        needs::unmet(store.capabilities(), &subject),
        "`lacks` of the suite, and what the store lacks"
    );
}
