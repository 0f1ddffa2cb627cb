//! From where a request comes.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::options::ConsoleOptions;

/// The other end of the connection; to be put into the extensions of requests by whoever serves the console. Where it is
/// missing, axum's [`ConnectInfo`] stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The connection is encrypted; to be put into the extensions of requests by an application that serves the console over TLS
/// itself, so that cookies are for encrypted ways only. Behind a proxy, name it as trusted instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encrypted;

/// From where a request comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The address of the client, as far as it can be known.
    pub(crate) address: Option<IpAddr>,
    /// Whether the client's way to the first server is encrypted.
    pub(crate) is_encrypted: bool,
}

/// What a proxy says counts only when the connection comes from one that is trusted.
pub(crate) fn origin_of(parts: &Parts, options: &ConsoleOptions) -> Origin {
    let of_axum = || parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| *address);
    let peer = parts.extensions.get::<Peer>().map(|Peer(address)| *address).or_else(of_axum);
    let peer = peer.map(|address| address.ip().to_canonical());
    let is_trusted = |address: &IpAddr| options.trusted_proxies.iter().any(|proxy| proxy.to_canonical() == *address);
    let is_encrypted = parts.extensions.get::<Encrypted>().is_some();
    if !peer.as_ref().is_some_and(is_trusted) {
        return Origin { address: peer, is_encrypted };
    }
    let scheme = last(&parts.headers, "x-forwarded-proto");
    let is_encrypted = scheme.map_or(is_encrypted, |scheme| scheme.eq_ignore_ascii_case("https"));
    // The last address that no trusted proxy has: what stands before it, the client may have made up.
    let forwarded = all(&parts.headers, "x-forwarded-for");
    let client = forwarded.rev().map_while(address_in).find(|address| !is_trusted(address));
    Origin { address: client.or(peer), is_encrypted }
}

/// An address as proxies write it: plain, with a port, and with brackets if it is of IPv6 (RFC 7239, section 6).
fn address_in(text: &str) -> Option<IpAddr> {
    let plain = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    plain().or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}

fn all<'a>(headers: &'a HeaderMap, name: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    lines.into_iter().flat_map(|line| line.split(',').map(str::trim).collect::<Vec<_>>())
}

fn last<'a>(headers: &'a HeaderMap, name: &'a str) -> Option<&'a str> {
    all(headers, name).next_back()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn origin(peer: &str, forwarded: &str, proto: &str) -> Origin {
        let request = Request::builder().header("x-forwarded-for", forwarded).header("x-forwarded-proto", proto);
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let peer: IpAddr = peer.parse().unwrap();
        parts.extensions.insert(Peer(SocketAddr::from((peer, 1234))));
        let options = ConsoleOptions {
            trusted_proxies: ["10.0.0.1", "10.0.0.2", "fd00::1"].map(|address| address.parse().unwrap()).to_vec(),
            ..ConsoleOptions::default()
        };
        origin_of(&parts, &options)
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let stranger = origin("192.0.2.9", "203.0.113.5", "https");
        assert_eq!((stranger.address.unwrap().to_string(), stranger.is_encrypted), ("192.0.2.9".to_owned(), false));
        let proxied = origin("10.0.0.1", "198.51.100.1, 203.0.113.5, 10.0.0.2", "https");
        assert_eq!((proxied.address.unwrap().to_string(), proxied.is_encrypted), ("203.0.113.5".to_owned(), true));
        let broken = origin("10.0.0.1", "evil", "http");
        assert_eq!((broken.address.unwrap().to_string(), broken.is_encrypted), ("10.0.0.1".to_owned(), false));
    }

    #[test]
    fn an_application_says_that_it_is_encrypted_and_no_client_does() {
        let mut parts = Request::builder().header("x-forwarded-proto", "https").body(()).unwrap().into_parts().0;
        assert!(!origin_of(&parts, &ConsoleOptions::default()).is_encrypted);
        parts.extensions.insert(Encrypted);
        assert!(origin_of(&parts, &ConsoleOptions::default()).is_encrypted);
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (peer, forwarded, expected) in [
            ("fd00::1", "2001:db8::7", "2001:db8::7"),
            ("fd00::1", "[2001:db8::7]", "2001:db8::7"),
            ("fd00::1", "[2001:db8::7]:4711, fd00::1", "2001:db8::7"),
            ("::ffff:10.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
            ("10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
            ("10.0.0.1", "1.2.3.4, [bad], 10.0.0.2", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
        ] {
            assert_eq!(origin(peer, forwarded, "http").address.unwrap().to_string(), expected, "{forwarded}");
        }
    }
}
