//! Answers of a server as they come in, whole or in parts.

use std::io;

use redis::{Value, parse_redis_value};

/// What has come and was not taken.
#[derive(Debug, Default)]
pub(super) struct Answers {
    bytes: Vec<u8>,
    whole: Vec<Value>,
}

impl Answers {
    /// Adds what `read` puts into so much room, and answers how much that was.
    pub(super) fn add(&mut self, room: usize, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
        let from = self.bytes.len();
        self.bytes.resize(from + room, 0);
        let added = read(&mut self.bytes[from..]);
        self.bytes.truncate(from + *added.as_ref().unwrap_or(&0));
        added
    }

    /// Where more may be added behind.
    pub(super) fn room(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// So many answers, if they have come.
    ///
    /// # Errors
    /// When something else has come than answers of RESP 2.
    pub(super) fn take(&mut self, n_answers: usize) -> io::Result<Option<Vec<Value>>> {
        let mut from = 0;
        while self.whole.len() < n_answers
            && let Some(length) = length_of_first(&self.bytes[from..])?
        {
            self.whole.push(parse_redis_value(&self.bytes[from..from + length]).map_err(io::Error::other)?);
            from += length;
        }
        self.bytes.drain(..from);
        Ok((self.whole.len() >= n_answers).then(|| std::mem::take(&mut self.whole)))
    }
}

/// How many bytes the first value has; `None` while it is not whole.
///
/// Source: redis.io, "Redis serialization protocol specification", RESP 2.
fn length_of_first(bytes: &[u8]) -> io::Result<Option<usize>> {
    let (mut at, mut n_values) = (0, 1_usize);
    while n_values > 0 {
        let Some(line) = bytes.get(at..).and_then(first_line) else { return Ok(None) };
        at += line.len() + 2;
        n_values -= 1;
        match line.first() {
            Some(b'+' | b'-' | b':') => {}
            // A value that is not there has the length -1.
            Some(b'$') => at += number(line)?.map_or(0, |length| length + 2),
            Some(b'*') => n_values += number(line)?.unwrap_or(0),
            _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "the server does not speak RESP 2")),
        }
    }
    Ok((at <= bytes.len()).then_some(at))
}

fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    Some(&bytes[..end])
}

/// The number behind the sign; `None` if it is negative.
fn number(line: &[u8]) -> io::Result<Option<usize>> {
    let text = std::str::from_utf8(&line[1..]).ok();
    let number: Option<i64> = text.and_then(|text| text.parse().ok());
    let number = number.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a length is no number"))?;
    Ok(usize::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERS: &[u8] =
        b"+OK\r\n:7\r\n$4\r\na\r\nb\r\n$-1\r\n*3\r\n:1\r\n*1\r\n$0\r\n\r\n-ERR no\r\n*-1\r\n*0\r\n-NOSCRIPT x\r\n";

    #[test]
    fn answers_are_taken_when_they_are_whole_however_they_come() {
        let whole = {
            let mut answers = Answers::default();
            answers.room().extend_from_slice(ANSWERS);
            answers.take(8).unwrap().expect("eight answers have come")
        };
        assert_eq!(whole[..3], [Value::Okay, Value::Int(7), Value::BulkString(b"a\r\nb".to_vec())]);
        assert_eq!(whole[3], Value::Nil);
        assert!(whole[7].clone().extract_error().is_err_and(|error| error.code() == Some("NOSCRIPT")));
        for size in 1..ANSWERS.len() {
            let (mut answers, mut taken) = (Answers::default(), None);
            for part in ANSWERS.chunks(size) {
                assert!(taken.is_none(), "in parts of {size}");
                let added = answers.add(100, |room| {
                    room[..part.len()].copy_from_slice(part);
                    Ok(part.len())
                });
                assert_eq!(added.unwrap(), part.len());
                taken = answers.take(8).unwrap();
            }
            assert_eq!(taken.as_ref(), Some(&whole), "in parts of {size}");
            assert!(answers.room().is_empty());
        }
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for bytes in [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"$x\r\n", b"\r\n"] {
            let mut answers = Answers::default();
            answers.room().extend_from_slice(bytes);
            assert!(answers.take(1).is_err(), "{bytes:?}");
        }
    }
}
