//! In which bytes text leaves.

use std::io::{self, Write};

use encoding_rs::{EncoderResult, SHIFT_JIS};

/// In which bytes a table leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CsvEncoding {
    /// UTF-8, without a mark at the beginning.
    #[default]
    Utf8,
    /// Windows-31J (code page 932), which SHIRASAGI writes (1.21.0, `app/controllers/concerns/job/logs_filter.rb`, there
    /// labelled Shift_JIS). A letter that it does not have becomes `?`.
    Cp932,
}

impl CsvEncoding {
    /// Writes a text.
    pub(super) fn write(self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Utf8 => out.write_all(text.as_bytes()),
            Self::Cp932 => write_cp932(text, out),
        }
    }
}

fn write_cp932(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut rest = text;
    let mut buffer = [0_u8; 4096];
    loop {
        let (result, n_read, n_written) = encoder.encode_from_utf8_without_replacement(rest, &mut buffer, true);
        out.write_all(&buffer[..n_written])?;
        rest = &rest[n_read..];
        match result {
            EncoderResult::InputEmpty => return Ok(()),
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => out.write_all(b"?")?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(encoding: CsvEncoding, text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        encoding.write(text, &mut out).unwrap();
        out
    }

    #[test]
    fn letters_of_windows_survive_and_others_become_question_marks() {
        assert_eq!(bytes(CsvEncoding::Cp932, "①完a"), [0x87, 0x40, 0x8a, 0xae, b'a']);
        assert_eq!(bytes(CsvEncoding::Cp932, "a🐦b한"), b"a?b?");
        assert_eq!(bytes(CsvEncoding::Utf8, "①"), "①".as_bytes());
    }

    #[test]
    fn long_texts_are_whole() {
        let text = "完了".repeat(10_000);
        assert_eq!(bytes(CsvEncoding::Cp932, &text).len(), 40_000);
    }
}
