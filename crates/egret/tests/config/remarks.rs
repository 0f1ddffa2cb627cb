//! What is no error and yet is remarked.

use egret::config::Review;

use crate::application::Application;

/// The remarks on a configuration without problems, the application's folder shortened to `ROOT`.
fn remarks(application: &Application) -> Vec<String> {
    let review = Review::of(&application.options);
    assert!(review.problems.is_empty() && review.config.is_some(), "{:?}", review.problems);
    let root = application.path("");
    review.remarks.iter().map(|remark| remark.to_string().replace(&root, "ROOT/")).collect()
}

#[test]
fn a_sound_file_needs_no_remark() {
    let application =
        Application::with("default: {mode: service, polling: {queues: [default]}}\npool: {default: {max_size: 5}}");
    assert_eq!(remarks(&application), Vec::<String>::new());
    assert_eq!(remarks(&Application::new()), Vec::<String>::new());
}

#[test]
fn says_where_ruby_reads_a_value_differently() {
    let application = Application::with("default:\n  name: 12:30\n  polling:\n    queues: [no, :low, '010']\n");
    assert_eq!(
        remarks(&application),
        [
            "ROOT/config/job.yml:2: Ruby reads `12:30` as the number 750\n  hint: write `750`, or `\"12:30\"` for a text",
            "ROOT/config/job.yml:4: Ruby reads `no` as the boolean false\n  hint: write `false`, or `\"no\"` for a text",
            "ROOT/config/job.yml:4: Ruby reads `:low` as the symbol `low`, which is no text\n  hint: write `low` without the colon",
        ]
    );
}

#[test]
fn says_what_ruby_reads_beside_what_is_refused_here() {
    let review = Review::of(&Application::with("default: {concurrency: 012}").options);
    assert_eq!((review.problems.len(), review.config.is_none()), (1, true));
    assert!(review.remarks[0].message.to_string().contains("the number 10"), "{:?}", review.remarks);
}

#[test]
fn says_what_was_hardly_meant() {
    let application = Application::with(
        "default: {polling: {queues: [a, b, a]}}
mail: {polling: {queues: [b, mailers]}}
copy: {name: 'job:service:mail', polling: {queues: [a]}}
pool: {nobodys: {max_size: 1}}
executor: {command: [ruby]}
",
    );
    let remarks = remarks(&application);
    let expected = [
        "ROOT/config/job.yml:1: the section `default` polls the queue `a` twice",
        "ROOT/config/job.yml:2: the section `mail` is `on_demand`, but enqueues start only the section `default`: nothing starts for `mailers`",
        "ROOT/config/job.yml:4: `pool.nobodys` limits a queue that no section polls",
        "ROOT/config/job.yml:5: `executor` is for executors beside the built-in ones, and nothing in this program reads it",
        "have the same `name: job:service:mail`",
    ];
    for words in expected {
        assert!(remarks.iter().any(|remark| remark.contains(words)), "{words} is missing in {remarks:#?}");
    }
    assert_eq!(remarks.len(), expected.len(), "{remarks:#?}");
}
