//! Who holds how many connections: nobody can hold all of them, and keep everybody else out, by being slow.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::access::place_of;

/// How many connections whoever comes from one address may hold at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionLimits {
    /// From one address; of IPv6 from one network (64 bits), of which everybody has all addresses. Defaults to 128: an
    /// office behind one address, whose pages are live, has room.
    pub per_address: usize,
    /// From this machine as a whole. A proxy that nobody has named as trusted, or a tunnel, stands for all its users; so it
    /// may hold more, but not all. Defaults to 384.
    pub local: usize,
    /// Proxies. They stand for everybody, and limit their own clients: no limit.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { per_address: 128, local: 384, trusted_proxies: Vec::new() }
    }
}

/// The connections that are held.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    limits: ConnectionLimits,
    /// Guards the number of connections by address; none is there without one.
    held: Arc<Mutex<HashMap<String, usize>>>,
}

/// A connection that is held, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    address: String,
    held: Arc<Mutex<HashMap<String, usize>>>,
}

impl Places {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        Self { limits, held: Arc::default() }
    }

    /// A place for one more connection from the address; `None` when it has as many as it may.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let is_proxy = self.limits.trusted_proxies.iter().any(|proxy| proxy.to_canonical() == address);
        let (name, most) = match (is_proxy, address.is_loopback()) {
            (true, _) => (address.to_string(), usize::MAX),
            // Any program here can take any of these addresses.
            (false, true) => ("local".to_owned(), self.limits.local),
            (false, false) => (place_of(address), self.limits.per_address),
        };
        let mut held = lock(&self.held);
        let n_held = held.get(&name).copied().unwrap_or(0);
        if n_held >= most {
            return None;
        }
        held.insert(name.clone(), n_held + 1);
        Some(Place { address: name, held: Arc::clone(&self.held) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = lock(&self.held);
        match held.get_mut(&self.address) {
            Some(n_held) if *n_held > 1 => *n_held -= 1,
            _ => drop(held.remove(&self.address)),
        }
    }
}

fn lock(held: &Mutex<HashMap<String, usize>>) -> MutexGuard<'_, HashMap<String, usize>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(places: &Places, address: &str) -> Option<Place> {
        places.take(address.parse().unwrap())
    }

    #[test]
    fn an_address_has_its_share_and_gets_places_back() {
        let trusted_proxies = vec!["10.0.0.1".parse().unwrap()];
        let places = Places::new(ConnectionLimits { per_address: 2, local: 3, trusted_proxies });
        let first = take(&places, "192.0.2.1");
        let held = [take(&places, "::ffff:192.0.2.1"), take(&places, "192.0.2.2"), take(&places, "2001:db8::1")];
        assert!(first.is_some() && held.iter().all(Option::is_some));
        assert!(take(&places, "192.0.2.1").is_none(), "in either notation");
        let network = take(&places, "2001:db8::ffff");
        assert!(network.is_some() && take(&places, "2001:db8::2").is_none(), "a network of IPv6 is one address");
        assert!(take(&places, "2001:db8:0:1::1").is_some());
        drop(first);
        assert!(take(&places, "192.0.2.1").is_some());
        let local = ["127.0.0.1", "127.0.0.2", "::1"].map(|address| take(&places, address));
        assert!(local.iter().all(Option::is_some) && take(&places, "127.0.0.3").is_none());
        let proxied: Vec<_> = (0..600).map(|_| take(&places, "10.0.0.1")).collect();
        assert!(proxied.iter().all(Option::is_some), "a proxy stands for everybody");
        drop((held, network, local, proxied));
        assert!(lock(&places.held).is_empty(), "who has left is forgotten");
    }
}
