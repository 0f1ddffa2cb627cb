//! Sections: their names, and one in a file of its own.

use egret::config::Mode;

use crate::application::Application;

#[test]
fn a_section_without_a_name_has_one_of_its_own() {
    let application = Application::with("mail: {}\nidle: ~\nnamed: {name: 'job:x'}");
    assert_eq!(application.section("default").name, "job:service");
    assert_eq!(application.section("mail").name, "job:service:mail");
    assert_eq!(application.section("idle").name, "job:service:idle");
    assert_eq!(application.section("named").name, "job:x");
}

#[test]
fn a_file_can_hold_one_section() {
    let mut application = Application::with("default: {mode: service, concurrency: 3}")
        .file("etc/mail.yml", "mode: service\npolling: {queues: [mailers]}\n");
    application.options.section_file = Some("etc/mail.yml".into());
    let config = application.load();
    let name = config.section_of_file.clone().unwrap();
    assert_eq!(name, application.path("etc/mail.yml"));
    let section = config.section(&name).unwrap();
    assert_eq!((section.name.as_str(), section.mode), ("job:service:mail", Mode::Service));
    assert_eq!(section.queues, ["mailers"]);
    assert_eq!(section.concurrency, 10, "it is not merged over `default`");
    let setting = config.effective().into_iter().find(|setting| setting.key == format!("{name}.mode")).unwrap();
    assert_eq!(setting.origin.to_string(), format!("{name}:1"));
}

#[test]
fn everything_wrong_with_the_file_of_a_section_is_reported_with_its_line() {
    let mut application =
        Application::with("head_log: 5").file("mail.yml", "mode: sevrice\nconcurency: 3\npool: {a: {max_size: 1}}\n");
    application.options.section_file = Some("mail.yml".into());
    let error = application.error();
    for line in [
        "ROOT/config/job.yml:1: unknown option `head_log`",
        "ROOT/mail.yml:1: invalid value `sevrice` for `ROOT/mail.yml.mode`",
        "ROOT/mail.yml:2: unknown option `ROOT/mail.yml.concurency`\n  hint: did you mean `concurrency`?",
        "ROOT/mail.yml:3: unknown option `ROOT/mail.yml.pool`",
    ] {
        assert!(error.contains(line), "{line} is missing in {error}");
    }
}

#[test]
fn a_file_of_a_section_that_is_not_there_or_no_mapping_is_an_error() {
    let mut application = Application::new().file("list.yml", "[a]");
    application.options.section_file = Some("nowhere.yml".into());
    assert_eq!(application.error(), "ROOT/nowhere.yml:1: there is no such file");
    application.options.section_file = Some("list.yml".into());
    assert!(application.error().contains("expected the keys of a section"), "{}", application.error());
}
