//! As much of HTTP as one question needs: a `GET` of HTTP/1.0 (RFC 1945), whose answer ends with the connection.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long everything may take together: checks of monitoring systems wait no longer than a minute.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest answer that is read.
const MAX_ANSWER: usize = 8 << 20;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Host, and the port if it is not 80; an IPv6 address stands in brackets.
    pub(super) authority: String,
    pub(super) path: String,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Asks. Redirects are not followed: a token is for the host that was named.
pub(super) async fn get(address: &Address, headers: &[(&str, String)]) -> io::Result<Answer> {
    let request = request(address, headers)?;
    let bytes = timeout(PATIENCE, exchange(&address.authority, request.as_bytes()))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} s", PATIENCE.as_secs())))??;
    read(&bytes).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "what comes back is no HTTP, or is cut off"))
}

fn request(Address { authority, path }: &Address, headers: &[(&str, String)]) -> io::Result<String> {
    let mut request = format!("GET {path} HTTP/1.0\r\nHost: {authority}\r\n");
    for (name, value) in headers {
        if value.contains(|letter: char| letter.is_ascii_control()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("the header `{name}` has control characters"),
            ));
        }
        write!(request, "{name}: {value}\r\n").expect("a string takes any text");
    }
    Ok(request + "\r\n")
}

async fn exchange(authority: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let host = if has_port { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(request).await?;
    let mut bytes = Vec::new();
    stream.take(MAX_ANSWER as u64).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// Takes an answer apart. `None` when it is none, or shorter than it says itself.
fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let body = &bytes[end + 4..];
    let mut lines = head.split("\r\n");
    let (version, rest) = lines.next()?.split_once(' ')?;
    let status = rest.get(..3)?.parse().ok().filter(|_| version.starts_with("HTTP/1."))?;
    let fields = lines.filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = match lengths.next() {
        Some((_, length)) => length.trim().parse().ok()?,
        None => body.len(),
    };
    Some(Answer { status, body: body.get(..length)?.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let whole = read(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: y\r\n\r\n{}").unwrap();
        assert_eq!((whole.status, whole.body.as_slice()), (200, &b"{}"[..]));
        let open = read(b"HTTP/1.0 401 Unauthorized\r\n\r\n\"error\"").unwrap();
        assert_eq!((open.status, open.body.as_slice()), (401, &b"\"error\""[..]));
        for broken in [
            &b""[..],
            b"SSH-2.0-OpenSSH\r\n\r\n",
            b"HTTP/1.1 2\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
        ] {
            assert_eq!(read(broken), None, "{}", String::from_utf8_lossy(broken));
        }
    }

    #[test]
    fn a_header_brings_no_other_headers() {
        let address = Address { authority: "a".to_owned(), path: "/".to_owned() };
        assert!(request(&address, &[("Authorization", "Bearer a\r\nX: y".to_owned())]).is_err());
        let plain = request(&address, &[("Authorization", "Bearer a".to_owned())]).unwrap();
        assert_eq!(plain, "GET / HTTP/1.0\r\nHost: a\r\nAuthorization: Bearer a\r\n\r\n");
    }
}
