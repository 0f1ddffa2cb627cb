//! Lengths of time as people say them.

use std::time::Duration;

use super::Language;

impl Language {
    /// A length of time in the largest units that matter: `340 ms`, `4 s`, `5 min`, `2 h 11 min`, `8 h`, `3 d 4 h`.
    pub fn length(self, length: Duration) -> String {
        let seconds = length.as_secs();
        let two = |message: &str, large: u64, small: u64| {
            self.text_with(message, &[("large", large.into()), ("small", small.into())])
        };
        match seconds {
            0 => {
                let milliseconds = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
                self.text_with("length-milliseconds", &[("n", milliseconds.into())])
            }
            1..=119 => self.text_with("length-seconds", &[("n", seconds.into())]),
            120..=7_199 => self.text_with("length-minutes", &[("n", (seconds / 60).into())]),
            7_200..=172_799 => two("length-hours", seconds / 3_600, seconds % 3_600 / 60),
            _ => two("length-days", seconds / 86_400, seconds % 86_400 / 3_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_the_largest_units() {
        for (seconds, english, japanese) in [
            (0.34, "340 ms", "340 ミリ秒"),
            (65.0, "65 s", "65 秒"),
            (300.0, "5 min", "5 分"),
            (7_860.0, "2 h 11 min", "2 時間 11 分"),
            (28_830.0, "8 h", "8 時間"),
            (273_700.0, "3 d 4 h", "3 日 4 時間"),
            (172_800.0, "2 d", "2 日"),
        ] {
            let length = Duration::from_secs_f64(seconds);
            assert_eq!(Language::English.length(length), english);
            assert_eq!(Language::Japanese.length(length), japanese);
        }
    }
}
