//! `delayed_job` and the variables of Ruby's tasks.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::application::Application;

fn application() -> Application {
    Application::with("url: delayed-job+sqlite:app.sqlite3\n")
}

#[test]
fn the_variables_say_what_a_service_does() {
    let config = application()
        .variable("QUEUE", "low")
        .variable("QUEUES", "mailers, misc")
        .variable("MIN_PRIORITY", "-5")
        .variable("MAX_PRIORITY", "10")
        .variable("SLEEP_DELAY", "2.5")
        .load();
    assert_eq!(config.section("default").unwrap().queues, ["mailers", "misc"], "`QUEUES` wins");
    let set = &config.delayed_job;
    assert_eq!((set.min_priority, set.max_priority), (Some(-5), Some(10)));
    assert_eq!(set.sleep_delay, Some(Duration::from_millis(2_500)));
}

#[test]
fn reading_ahead_means_nothing_and_that_is_said() {
    let unheeded = application().variable("READ_AHEAD", "5").unheeded();
    assert_eq!(unheeded.len(), 1, "{unheeded:?}");
    assert!(unheeded[0].contains("as many jobs are taken at once"), "{unheeded:?}");
}

#[test]
fn a_class_has_attributes_of_its_own() {
    let config = Application::with(
        "delayed_job:\n  job_attributes:\n    NewsletterJob: {max_attempts: 3, reschedule_in: 10m}\n    \
         User.sweep: {destroy_failed_jobs: false}\n    Nothing:\n",
    )
    .load();
    let of = &config.delayed_job.job_attributes;
    assert_eq!(of.len(), 2);
    assert_eq!(of["NewsletterJob"].max_attempts, Some(3));
    assert_eq!(of["NewsletterJob"].reschedule_in, Some(Duration::from_secs(600)));
    assert_eq!(of["User.sweep"].destroy_failed_jobs, Some(false));
    let problems = Application::with(
        "delayed_job:\n  job_attributes:\n    A: {max_attempt: 3}\n    B: {max_attempts: 0}\n    C: 5\n  \
         queue_attributes:\n    mail: {priorty: 3}\n",
    )
    .error();
    for part in ["`max_attempts`", "job_attributes.B.max_attempts", "job_attributes.C", "`priority`"] {
        assert!(problems.contains(part), "{part}: {problems}");
    }
}

#[test]
fn times_are_in_the_zone_that_active_record_is_told() {
    let zone = |text: &str| {
        Application::with(&format!("delayed_job: {{default_timezone: {text}}}")).load().delayed_job.default_timezone
    };
    assert_eq!(zone("utc"), Some(TimeZone::UTC));
    assert!(zone("local").is_some());
    assert_eq!(zone("Asia/Tokyo").unwrap().iana_name(), Some("Asia/Tokyo"));
    let problems = Application::with("delayed_job: {default_timezone: Asia/Nowhere}").error();
    assert!(problems.contains("`local`"), "{problems}");
}
