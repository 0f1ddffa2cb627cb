//! The words for what traces hold: stable names on the left, messages on the right.

/// What was done.
const ACTIONS: [(&str, &str); 26] = [
    ("jobs.create", "audit-jobs-create"),
    ("jobs.retry", "audit-jobs-retry"),
    ("jobs.run_now", "audit-jobs-run-now"),
    ("jobs.reschedule", "audit-jobs-reschedule"),
    ("jobs.cancel", "audit-jobs-cancel"),
    ("jobs.delete", "audit-jobs-delete"),
    ("reservations.delete", "audit-reservations-delete"),
    ("logs.delete", "audit-logs-delete"),
    ("logs.download_all", "audit-logs-download"),
    ("queues.pause", "audit-queues-pause"),
    ("queues.resume", "audit-queues-resume"),
    ("services.start", "audit-services-start"),
    ("services.stop", "audit-services-stop"),
    ("services.quiet", "audit-services-quiet"),
    ("services.resume", "audit-services-resume"),
    ("services.rescue", "audit-services-rescue"),
    ("tasks.interrupt", "audit-tasks-interrupt"),
    ("tasks.reset", "audit-tasks-reset"),
    ("tasks.delete", "audit-tasks-delete"),
    ("tokens.create", "audit-tokens-create"),
    ("tokens.revoke", "audit-tokens-revoke"),
    ("users.add", "audit-users-add"),
    ("users.passwd", "audit-users-passwd"),
    ("users.role", "audit-users-role"),
    ("users.remove", "audit-users-remove"),
    ("users.first_link", "audit-users-first-link"),
];

/// The fields of what was there before and is there now.
const FIELDS: [(&str, &str); 35] = [
    ("class", "jobs-field-class"),
    ("queue", "jobs-field-queue"),
    ("state", "jobs-field-state"),
    ("due_at", "audit-field-due"),
    ("at", "audit-field-due"),
    ("asked_to_stop", "audit-field-asked"),
    ("jobs", "audit-field-jobs"),
    ("n_changed", "audit-field-changed"),
    ("n_asked", "audit-field-asked"),
    ("n_refused", "audit-field-refused"),
    ("n_moved_on", "audit-field-moved-on"),
    ("n_left", "audit-field-left"),
    ("refused", "audit-field-refused-jobs"),
    ("paused", "audit-field-paused"),
    ("paused_at", "audit-field-paused-at"),
    ("phase", "jobs-field-state"),
    ("order", "audit-field-order"),
    ("dead_services", "audit-field-dead"),
    ("n_released", "audit-field-released"),
    ("n_interrupted", "audit-field-interrupted"),
    ("quarantined", "audit-field-quarantined"),
    ("closed_tasks", "audit-field-closed-tasks"),
    ("services", "audit-field-services"),
    ("started", "audit-field-started"),
    ("current_count", "audit-field-progress"),
    ("owner", "audit-field-owner"),
    ("interrupt", "audit-field-order"),
    ("role", "audit-field-role"),
    ("password", "audit-field-password"),
    ("sessions", "audit-field-sessions"),
    ("token", "audit-field-token"),
    ("scopes", "audit-field-scopes"),
    ("good_until", "audit-field-good-until"),
    ("id", "audit-field-id"),
    ("save_term", "audit-field-age"),
];

/// Values that are words of their own.
const VALUES: [(&str, &str, &str); 13] = [
    ("order", "stop", "services-order-stop"),
    ("order", "quiet", "services-order-quiet"),
    ("order", "resume", "services-order-resume"),
    ("interrupt", "stop", "services-order-stop"),
    ("phase", "running", "services-running"),
    ("phase", "quiet", "services-quiet"),
    ("phase", "stopping", "services-stopping"),
    ("password", "set", "audit-password-set"),
    ("password", "another", "audit-password-another"),
    ("sessions", "ended", "audit-sessions-ended"),
    ("save_term", "all", "audit-all"),
    ("token", "single_use", "audit-token-single-use"),
    ("token", "long_lived", "audit-token-long-lived"),
];

/// The message for an action.
pub(super) fn action_of(action: &str) -> Option<&'static str> {
    ACTIONS.iter().find(|(name, _)| *name == action).map(|(_, message)| *message)
}

/// The message for a field.
pub(super) fn field_of(field: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(name, _)| *name == field).map(|(_, message)| *message)
}

/// The message for a value of a field.
pub(super) fn value_of(field: &str, value: &str) -> Option<&'static str> {
    VALUES.iter().find(|(name, word, _)| *name == field && *word == value).map(|(_, _, message)| *message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn every_message_is_written() {
        let actions = ACTIONS.iter().map(|(_, message)| message);
        let fields = FIELDS.iter().map(|(_, message)| message);
        let values = VALUES.iter().map(|(_, _, message)| message);
        for message in actions.chain(fields).chain(values) {
            assert!(WORDS.has(message), "`{message}`");
        }
    }
}
