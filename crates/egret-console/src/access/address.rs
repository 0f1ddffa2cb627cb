//! From where a request comes.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::options::ConsoleOptions;

/// The other end of the connection; to be put into the extensions of requests by whoever serves the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

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
    let peer = parts.extensions.get::<Peer>().map(|Peer(address)| address.ip().to_canonical());
    if !peer.is_some_and(|peer| options.trusted_proxies.contains(&peer)) {
        return Origin { address: peer, is_encrypted: false };
    }
    let is_encrypted = last(&parts.headers, "x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    // The last address that no trusted proxy has: what stands before it, the client may have made up.
    let forwarded = all(&parts.headers, "x-forwarded-for");
    let client = forwarded
        .rev()
        .map_while(|text| text.parse::<IpAddr>().ok())
        .find(|address| !options.trusted_proxies.contains(&address.to_canonical()));
    Origin { address: client.or(peer), is_encrypted }
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
        parts.extensions.insert(Peer(format!("{peer}:1234").parse().unwrap()));
        let options = ConsoleOptions {
            trusted_proxies: vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()],
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
}
