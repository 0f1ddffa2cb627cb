//! The sentences of limits.

use egret_core::LimitReached;

use super::Language;

impl Language {
    /// Why a limit refused a job, for the person whose job it was: a form shows it beside its button.
    ///
    /// ```
    /// use egret::language::Language;
    /// use egret_core::LimitReached;
    ///
    /// let limit = LimitReached::PerUser { user_id: "5".to_owned(), limit: 1 };
    /// assert!(Language::Japanese.limit(&limit).contains('件'));
    /// ```
    pub fn limit(self, limit: &LimitReached) -> String {
        match limit {
            LimitReached::QueueSize { queue, limit } => {
                self.text_with("limit-queue-full", &[("queue", queue.as_str().into()), ("limit", (*limit).into())])
            }
            LimitReached::PerUser { limit, .. } => self.text_with("limit-per-user", &[("limit", (*limit).into())]),
            // A limit of a newer core: its own words are better than none.
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_reads_no_names_of_settings() {
        let limit = LimitReached::PerUser { user_id: "5".to_owned(), limit: 1 };
        let english = Language::English.limit(&limit);
        assert!(english.contains("1 job ") && !english.contains("size_limit"), "{english}");
        assert!(limit.to_string().contains("has 1 job waiting"), "{limit}");
        let one = LimitReached::QueueSize { queue: "mailers".to_owned(), limit: 1 };
        assert!(Language::English.limit(&one).ends_with("it holds 1 job."), "{}", Language::English.limit(&one));
        assert!(one.to_string().ends_with("it holds 1 job"), "{one}");
        let limit = LimitReached::QueueSize { queue: "mailers".to_owned(), limit: 100 };
        for language in Language::ALL {
            let text = language.limit(&limit);
            assert!(text.contains("mailers") && text.contains("100"), "{text}");
        }
    }
}
