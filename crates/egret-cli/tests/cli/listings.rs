//! Listings and the status, for programs.

use serde_json::Value;

use crate::application::Application;

#[test]
fn jobs_come_in_pages() {
    let application = Application::in_service_mode();
    let ids: Vec<String> =
        (0..5).map(|number| application.succeed(["enqueue", "A", &number.to_string()]).trim().to_owned()).collect();
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut arguments = vec!["jobs".to_owned(), "list".into(), "--json".into(), "--limit".into(), "2".into()];
        arguments.extend(after.iter().flat_map(|after| ["--after".to_owned(), after.clone()]));
        let page = application.json(&arguments);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|job| job["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    let ended = application.egret(["jobs", "list", "--limit", "2"]);
    assert_eq!(ended.text().lines().count(), 3, "a heading and two jobs: {}", ended.text());
    assert!(ended.stderr.contains("--after live:"), "{}", ended.stderr);
}

#[test]
fn jobs_are_filtered() {
    let application = Application::in_service_mode();
    let low = application.succeed(["enqueue", "A", "--queue", "low"]);
    let later = application.succeed(["enqueue", "B", "--in", "1h"]);
    let ids = |arguments: &[&str]| -> Vec<String> {
        let listing = application.json(["jobs", "list", "--json"].iter().chain(arguments));
        listing["items"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["--queue", "low"]), [low.trim()]);
    assert_eq!(ids(&["--class", "B"]), [later.trim()]);
    assert_eq!(ids(&["--state", "scheduled"]), [later.trim()]);
    assert_eq!(ids(&["--state", "scheduled,available"]).len(), 2);
    assert_eq!(ids(&["--state", "running"]), Vec::<String>::new());
}

#[test]
fn jobs_are_filtered_by_owner_time_and_text() {
    let application = Application::in_service_mode();
    let bound = |class: &str, user: &str| {
        let binding = format!("user_id={user}");
        application
            .succeed(["enqueue", class, "\"Tanaka\"", "--bind", &binding, "--bind", "site_id=1"])
            .trim()
            .to_owned()
    };
    let [five, six] = [bound("A", "5"), bound("B", "6")];
    let later = application.succeed(["enqueue", "C", "--in", "2h"]).trim().to_owned();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let listing = application.json(["jobs", "list", "--json"].iter().chain(arguments));
        assert!(listing.get("among_newest").is_none(), "{listing}");
        listing["items"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["--user", "5"]), std::slice::from_ref(&five));
    assert_eq!(ids(&["--site", "1", "--text", "TANAKA"]), [five.clone(), six.clone()]);
    assert_eq!(ids(&["--text", "suzuki"]), Vec::<String>::new());
    assert_eq!(
        ids(&["--since", "1h"]),
        [five.clone(), six.clone(), later.clone()],
        "those that are due later are later"
    );
    assert_eq!(ids(&["--since", "1h", "--before", "0s"]).len(), 2);
    assert_eq!(ids(&["--before", "1h"]), Vec::<String>::new());
    assert_eq!(ids(&["--latest"]), [later, six, five.clone()]);
    assert_eq!(application.egret(["jobs", "list", "--since", "soon"]).status, 2);
    assert_eq!(application.job(&five)["user"], "5");
    assert_eq!(application.json(["logs", "--json", "--user", "5", "--before", "0s"])["items"], serde_json::json!([]));
}

#[test]
fn nothing_to_list_is_said_beside_the_data() {
    let application = Application::in_service_mode();
    application.succeed(["migrate"]);
    for (noun, words) in [("jobs", "no jobs\n"), ("services", "no services\n")] {
        let ended = application.egret([noun, "list"]);
        assert_eq!((ended.status, ended.text().as_str(), ended.stderr.as_str()), (0, "", words));
        assert_eq!(application.json([noun, "list", "--json"]), serde_json::json!({"items": [], "next": null}));
    }
}

#[test]
fn services_are_listed_while_they_live() {
    let application = Application::in_service_mode();
    let service = application.start(["run"]);
    service.wait_until_said("service started");
    let listing = application.json(["services", "list", "--json"]);
    let only = &listing["items"][0];
    assert_eq!(
        (&only["name"], &only["mode"], &only["phase"]),
        (&"job:service".into(), &"service".into(), &"running".into())
    );
    assert_eq!(only["process"]["pid"], service.pid());
    assert_eq!(only["queues"], serde_json::json!(["default", "mailers", "voice_synthesis", "external"]));
    let text = application.succeed(["services", "list"]);
    assert!(text.lines().nth(1).unwrap().contains("default,mailers,voice_synthesis,external"), "{text}");
    service.signal(rustix::process::Signal::TERM);
    assert_eq!(service.ended().status, 0);
    assert!(application.services_alive().is_empty());
}

#[test]
fn the_status_has_the_keys_of_upstream_in_their_order() {
    let application = Application::new();
    let text = application.succeed(["status", "--json"]);
    let fresh = r#"{"status":"ok","active_job":{"queue_adapter":"shirasagi"},"job":{"mode":"on_demand","polling_queues":["default","mailers","voice_synthesis","external"]},"egret":{"#;
    assert!(text.starts_with(fresh), "{text}");

    application.egret(["exec", "--wait", "--", "true"]);
    application.wait_until_left();
    let text = application.succeed(["status", "--json"]);
    let status: Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&String> = status.as_object().unwrap().keys().collect();
    let mut places: Vec<Option<usize>> =
        ["status", "active_job", "job", "item", "egret"].iter().map(|key| text.find(&format!("\"{key}\":"))).collect();
    assert!(keys.len() == 5 && places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    places.clear();
    let item = &status["item"];
    assert_eq!((&item["name"], &item["current_count"]), (&"job:service".into(), &0.into()));
    // Milliseconds and the offset of Tokyo, the zone of this test.
    let updated = item["updated"].as_str().unwrap();
    assert_eq!((updated.len(), &updated[19..20], &updated[23..]), (29, ".", "+09:00"), "{updated}");
    assert_eq!(status["egret"]["counts"]["completed"], 1);
    assert_eq!(status["egret"]["queues"]["default"]["completed"], 1);
}

#[test]
fn a_job_that_is_due_for_too_long_is_told() {
    let application = Application::with_config("default:\n  mode: service\n  stuck_after: 1ms\n");
    application.succeed(["enqueue", "A", "--at", "2020-01-01"]);
    let ended = application.egret(["status", "--json"]);
    assert_eq!(ended.status, 2, "{}", ended.stderr);
    let status: Value = serde_json::from_str(&ended.text()).unwrap();
    assert_eq!(status["status"], "stucked");
    let notices = status["notice"]["notices"].as_array().unwrap();
    assert!(notices.iter().any(|notice| notice.as_str().unwrap().contains("No service is alive")), "{status}");
    assert!(application.egret(["status"]).text().starts_with("status    stuck\n"));
}
