//! Backtraces in payloads: base64 of a zlib stream of a JSON array (Sidekiq 6.4 to 8.1, `lib/sidekiq/job_retry.rb`,
//! `lib/sidekiq/api.rb`). Older versions broke the base64 into lines; all of them read it without.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

/// More text than this no backtrace has; whoever writes a stream that grows beyond it means harm.
const LONGEST: u64 = 4 << 20;

pub(super) fn encode(lines: &[String]) -> String {
    let json = serde_json::to_vec(lines).expect("texts are JSON");
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let compressed = encoder.write_all(&json).and_then(|()| encoder.finish());
    STANDARD.encode(compressed.expect("memory takes all that is written"))
}

/// The lines; `None` when the text is none of a backtrace.
pub(super) fn decode(text: &str) -> Option<Vec<String>> {
    let text: String = text.chars().filter(|sign| !sign.is_ascii_whitespace()).collect();
    let compressed = STANDARD.decode(text).ok()?;
    let mut json = Vec::new();
    ZlibDecoder::new(compressed.as_slice()).take(LONGEST).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_survive_and_line_breaks_do_no_harm() {
        let lines: Vec<String> = (0..40).map(|number| format!("app/jobs/a.rb:{number}:in `perform'")).collect();
        let text = encode(&lines);
        assert!(!text.contains('\n'));
        assert_eq!(decode(&text).as_deref(), Some(lines.as_slice()));
        let broken: Vec<&str> = text.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
        assert_eq!(decode(&(broken.join("\n") + "\n")).as_deref(), Some(lines.as_slice()));
        for text in ["", "no base64!", "aGVsbG8="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
