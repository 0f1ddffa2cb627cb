//! How often somebody may try to come in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::secret::digest;

/// Accounts or addresses that are remembered at once.
const MAX_PLACES: usize = 10_000;

/// How often somebody may try to come in: by account, against a guesser with many addresses; by address, against one who
/// tries many accounts. What succeeds does not count.
#[derive(Debug)]
pub(crate) struct Limits {
    accounts: Limit,
    addresses: Limit,
    tokens: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            accounts: Limit::new(10, Duration::from_secs(30)),
            addresses: Limit::new(30, Duration::from_secs(10)),
            tokens: Limit::new(30, Duration::from_secs(2)),
        }
    }
}

impl Limits {
    /// Counts a login that is about to be tried.
    ///
    /// # Errors
    /// How long to wait.
    pub(crate) fn try_login(&self, account: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        let now = Instant::now();
        // Whoever is told to wait by his address does not make others wait for the account as well.
        address.map_or(Ok(()), |address| self.addresses.take(&place_of(address), now))?;
        self.accounts.take(&digest(account), now)
    }

    /// Takes the count of a login back, because it succeeded.
    pub(crate) fn forgive_login(&self, account: &str, address: Option<IpAddr>) {
        self.accounts.give_back(&digest(account));
        if let Some(address) = address {
            self.addresses.give_back(&place_of(address));
        }
    }

    /// Counts a token that was none. One that is good is never refused: nobody guesses 96 random bits, and nobody is to
    /// shut out the monitoring of his neighbours.
    ///
    /// # Errors
    /// How long to wait.
    pub(crate) fn wrong_token(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        address.map_or(Ok(()), |address| self.tokens.take(&place_of(address), Instant::now()))
    }
}

/// What counts as one address: of IPv6 the network, of which everybody has all addresses.
pub(crate) fn place_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
    }
}

/// So many at once, and another one after each interval (the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug)]
struct Limit {
    burst: u32,
    interval: Duration,
    /// When each place will have recovered from everything. It has if it is not here.
    recovered_at: Mutex<HashMap<String, Instant>>,
}

impl Limit {
    fn new(burst: u32, interval: Duration) -> Self {
        Self { burst, interval, recovered_at: Mutex::default() }
    }

    fn take(&self, place: &str, now: Instant) -> Result<(), Duration> {
        let mut places = self.places();
        let recovered_at = places.get(place).copied().filter(|at| *at > now).unwrap_or(now) + self.interval;
        let excess = recovered_at.duration_since(now).saturating_sub(self.interval * self.burst);
        if !excess.is_zero() {
            return Err(excess);
        }
        if places.len() >= MAX_PLACES && !places.contains_key(place) {
            make_room(&mut places, now);
        }
        places.insert(place.to_owned(), recovered_at);
        Ok(())
    }

    fn give_back(&self, place: &str) {
        let mut places = self.places();
        if let Some(at) = places.get_mut(place) {
            *at = at.checked_sub(self.interval).unwrap_or(*at);
        }
    }

    fn places(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.recovered_at.lock().expect("nothing panics while it holds the places")
    }
}

/// Forgets who has recovered; if nobody has, who is nearest to it.
fn make_room(places: &mut HashMap<String, Instant>, now: Instant) {
    places.retain(|_, at| *at > now);
    if places.len() >= MAX_PLACES {
        let nearest = places.iter().min_by_key(|(_, at)| **at).map(|(place, _)| place.clone());
        nearest.and_then(|place| places.remove(&place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn after_a_burst_one_more_is_let_through_with_each_interval() {
        let (limit, start) = (Limit::new(3, SECOND), Instant::now());
        assert!((0..3).all(|_| limit.take("a", start).is_ok()));
        assert_eq!(limit.take("a", start), Err(SECOND));
        assert_eq!(limit.take("a", start), Err(SECOND), "what is refused makes nothing worse");
        assert!(limit.take("b", start).is_ok(), "others are not concerned");
        assert!(limit.take("a", start + SECOND).is_ok());
        assert!(limit.take("a", start + SECOND).is_err());
        assert!((0..3).all(|_| limit.take("a", start + SECOND * 60).is_ok()));
    }

    #[test]
    fn an_address_that_has_to_wait_takes_no_tries_from_accounts() {
        let limits = Limits::default();
        let [guesser, owner] = ["192.0.2.1", "198.51.100.1"].map(|address| Some(address.parse().unwrap()));
        assert!((0..30).all(|n| limits.try_login(&n.to_string(), guesser).is_ok()));
        assert!((0..20).all(|_| limits.try_login("sys", guesser).is_err()));
        assert!(limits.try_login("sys", owner).is_ok());
    }

    #[test]
    fn what_succeeds_does_not_count() {
        let (limit, start) = (Limit::new(1, SECOND), Instant::now());
        for _ in 0..100 {
            limit.take("a", start).unwrap();
            limit.give_back("a");
        }
    }

    #[test]
    fn a_guesser_with_many_addresses_takes_no_memory_and_does_not_wipe_out_others() {
        let (limit, start) = (Limit::new(3, SECOND), Instant::now());
        assert!((0..3).all(|_| limit.take("guesser", start).is_ok()));
        for n in 0..MAX_PLACES * 2 {
            limit.take(&n.to_string(), start).unwrap();
        }
        assert_eq!(limit.places().len(), MAX_PLACES);
        assert!(limit.take("guesser", start).is_err(), "who is nearest to the limit is remembered");
        limit.take("late", start + SECOND * 60).unwrap();
        assert_eq!(limit.places().len(), 1, "who has recovered is forgotten");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let place = |address: &str| place_of(address.parse().unwrap());
        assert_eq!(place("2001:db8:1:2::1"), place("2001:db8:1:2:ffff::9"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_ne!(place("192.0.2.1"), place("192.0.2.2"));
    }
}
