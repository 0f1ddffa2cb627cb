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
            && let Some((value, length)) = first_value(&self.bytes[from..], MOST_LEVELS)?
        {
            self.whole.push(value);
            from += length;
        }
        self.bytes.drain(..from);
        Ok((self.whole.len() >= n_answers).then(|| std::mem::take(&mut self.whole)))
    }
}

/// No answer of a script has more lists in each other.
const MOST_LEVELS: u32 = 16;

/// The first value and how many bytes it has; `None` while it is not whole.
///
/// Source: redis.io, "Redis serialization protocol specification", RESP 2.
fn first_value(bytes: &[u8], levels: u32) -> io::Result<Option<(Value, usize)>> {
    let Some(line) = first_line(bytes) else { return Ok(None) };
    let begin = line.len() + 2;
    let value = match line.first() {
        Some(b':') => Value::Int(number(line)?),
        Some(b'+') => match &line[1..] {
            b"OK" => Value::Okay,
            text => Value::SimpleString(String::from_utf8_lossy(text).into_owned()),
        },
        Some(b'-') => parse_redis_value(&bytes[..begin]).map_err(io::Error::other)?,
        Some(b'$' | b'*') if number(line)? < 0 => Value::Nil,
        Some(b'$') => {
            let end = begin + length(line)?;
            let Some(text) = bytes.get(begin..end).filter(|_| end + 2 <= bytes.len()) else { return Ok(None) };
            return Ok(Some((Value::BulkString(text.to_vec()), end + 2)));
        }
        Some(b'*') if levels > 0 => return list(bytes, begin, length(line)?, levels - 1),
        _ => return Err(invalid("the server does not speak RESP 2")),
    };
    Ok(Some((value, begin)))
}

fn list(bytes: &[u8], begin: usize, n_values: usize, levels: u32) -> io::Result<Option<(Value, usize)>> {
    let (mut values, mut at) = (Vec::with_capacity(n_values.min(bytes.len())), begin);
    for _ in 0..n_values {
        let Some((value, length)) = first_value(&bytes[at..], levels)? else { return Ok(None) };
        values.push(value);
        at += length;
    }
    Ok(Some((Value::Array(values), at)))
}

fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    Some(&bytes[..end])
}

/// The number behind the sign.
fn number(line: &[u8]) -> io::Result<i64> {
    let text = std::str::from_utf8(&line[1..]).ok();
    text.and_then(|text| text.parse().ok()).ok_or_else(|| invalid("the server tells a number that is none"))
}

fn length(line: &[u8]) -> io::Result<usize> {
    usize::try_from(number(line)?).map_err(|_| invalid("the server tells a length that is none"))
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
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
                answers.room().extend_from_slice(part);
                taken = answers.take(8).unwrap();
            }
            assert_eq!(taken.as_ref(), Some(&whole), "in parts of {size}");
            assert!(answers.room().is_empty());
        }
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        let too_deep = "*1\r\n".repeat(100_000);
        for bytes in
            [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"$x\r\n", b"\r\n", b"*9223372036854775808\r\n", too_deep.as_bytes()]
        {
            let mut answers = Answers::default();
            answers.room().extend_from_slice(bytes);
            assert!(answers.take(1).is_err(), "{bytes:?}");
        }
    }
}
