//! The address of a server as its URL gives it.
//!
//! ```text
//! redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]
//! rediss://…[?ca=FILE]                                       TLS; FILE holds certificates to trust instead of the web's
//! redis-sentinel://[[USER]:PASSWORD@]HOST[:PORT][,HOST…]/PRIMARY[/DATABASE][?sentinel_password=PASSWORD]
//! ```

use egret_core::{Words, words};
use std::fmt;
use std::path::PathBuf;

use redis::RedisConnectionInfo;

use super::stream::TlsOptions;

const PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

/// Where a server is and how one gets in. `Display` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    scheme: &'static str,
    pub(super) servers: Servers,
    login: Login,
    database: u32,
    pub(super) tls: Option<TlsOptions>,
}

/// The servers of an address.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Servers {
    One(Place),
    Sentinels(Sentinels),
}

/// Sentinels that know which server is the primary.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Sentinels {
    pub(super) places: Vec<Place>,
    pub(super) primary: String,
    login: Login,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: u16,
}

#[derive(Clone, Default, PartialEq, Eq)]
struct Login {
    user: Option<String>,
    password: Option<String>,
}

/// A URL that is none of a Redis server. It names no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadAddress(Words);

impl BadAddress {
    pub(crate) fn new(words: Words) -> Self {
        Self(words)
    }

    /// What is wrong.
    pub fn words(&self) -> &Words {
        &self.0
    }
}

impl fmt::Display for BadAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for BadAddress {}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it has another form, with what is wrong.
    pub fn parse(url: &str) -> Result<Self, BadAddress> {
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| bad(words!("redis-url-begin", "a Redis URL begins with `redis://`")))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (login, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        let login = Login::parse(login)?;
        let query = Query::parse(query)?;
        let (scheme, is_tls) = match scheme {
            "redis" => ("redis", false),
            "rediss" => ("rediss", true),
            "redis-sentinel" => ("redis-sentinel", false),
            "rediss-sentinel" => ("rediss-sentinel", true),
            other => {
                return Err(bad(words!(
                    "redis-url-scheme",
                    "unknown scheme `{scheme}` of a Redis URL, expected `redis`, `rediss`, `redis-sentinel` or \
                     `rediss-sentinel`",
                    scheme = other
                )));
            }
        };
        let tls = is_tls.then(|| TlsOptions { authorities: query.authorities.clone().map(PathBuf::from) });
        if tls.is_none() && query.authorities.is_some() {
            return Err(bad(words!("redis-url-ca", "`ca` is for `rediss://`, which is encrypted")));
        }
        if !scheme.ends_with("sentinel") {
            let servers = Servers::One(Place::parse(hosts, PORT)?);
            return Ok(Self { scheme, servers, login, database: database(path)?, tls });
        }
        let (primary, path) = path.split_once('/').unwrap_or((path, ""));
        if primary.is_empty() {
            return Err(bad(words!(
                "redis-url-primary",
                "the name of the primary is missing: `redis-sentinel://HOST:PORT/PRIMARY/DATABASE`"
            )));
        }
        let places = hosts.split(',').map(|host| Place::parse(host, SENTINEL_PORT)).collect::<Result<_, _>>()?;
        let sentinels = Sentinels { places, primary: decoded(primary)?, login: query.sentinel_login };
        Ok(Self { scheme, servers: Servers::Sentinels(sentinels), login, database: database(path)?, tls })
    }

    /// The number of the database.
    pub fn database(&self) -> u32 {
        self.database
    }

    /// What a connection tells first.
    pub(super) fn session(&self) -> RedisConnectionInfo {
        self.login.session().set_db(i64::from(self.database))
    }

    /// The same as commands, each of which must be done.
    pub(super) fn greeting(&self) -> redis::Pipeline {
        let mut pipeline = redis::pipe();
        if let Some(password) = &self.login.password {
            pipeline.cmd("AUTH").arg(&self.login.user).arg(password);
        }
        pipeline.cmd("SELECT").arg(self.database);
        pipeline
    }
}

impl Sentinels {
    pub(super) fn session(&self) -> RedisConnectionInfo {
        self.login.session()
    }
}

impl Login {
    fn parse(text: &str) -> Result<Self, BadAddress> {
        let (user, password) = text.split_once(':').map_or((text, None), |(user, password)| (user, Some(password)));
        let user = Some(decoded(user)?).filter(|user| !user.is_empty());
        Ok(Self { user, password: password.map(decoded).transpose()? })
    }

    fn session(&self) -> RedisConnectionInfo {
        let mut session = RedisConnectionInfo::default().set_lib_name("egret", env!("CARGO_PKG_VERSION"));
        if let Some(user) = &self.user {
            session = session.set_username(user);
        }
        if let Some(password) = &self.password {
            session = session.set_password(password);
        }
        session
    }
}

impl Place {
    fn parse(text: &str, default_port: u16) -> Result<Self, BadAddress> {
        // An address of IPv6 stands in brackets.
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port = match port {
            None => default_port,
            Some(port) => port
                .parse()
                .map_err(|_| bad(words!("redis-url-port", "`{port}` is no port of a Redis server", port = port)))?,
        };
        let host = if host.is_empty() { "localhost".to_owned() } else { decoded(host)? };
        Ok(Self { host, port })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(formatter, "[{}]:{}", self.host, self.port),
            false => write!(formatter, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://", self.scheme)?;
        match &self.servers {
            Servers::One(place) => write!(formatter, "{place}")?,
            Servers::Sentinels(sentinels) => {
                let places: Vec<String> = sentinels.places.iter().map(Place::to_string).collect();
                write!(formatter, "{}/{}", places.join(","), sentinels.primary)?;
            }
        }
        write!(formatter, "/{}", self.database)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({self})")
    }
}

#[derive(Default)]
struct Query {
    authorities: Option<String>,
    sentinel_login: Login,
}

impl Query {
    fn parse(text: &str) -> Result<Self, BadAddress> {
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = Some(decoded(value)?);
            match name {
                "ca" => query.authorities = value,
                "sentinel_username" => query.sentinel_login.user = value,
                "sentinel_password" => query.sentinel_login.password = value,
                other => {
                    return Err(bad(words!(
                        "redis-url-option",
                        "unknown option `{option}` of a Redis URL, expected `ca`, `sentinel_username` or \
                         `sentinel_password`",
                        option = other
                    )));
                }
            }
        }
        Ok(query)
    }
}

fn database(path: &str) -> Result<u32, BadAddress> {
    match path {
        "" => Ok(0),
        number => number.parse().map_err(|_| {
            bad(words!(
                "redis-url-database",
                "`{number}` is no number of a Redis database, as in `redis://HOST/0`",
                number = number
            ))
        }),
    }
}

/// Takes `%XX` for the byte that it is.
pub(crate) fn decoded(text: &str) -> Result<String, BadAddress> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| bad(words!("redis-url-encoding", "a Redis URL is no text once its `%` are read")))
}

fn bad(words: Words) -> BadAddress {
    BadAddress(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_and_shown_without_their_passwords() {
        for (url, shown) in [
            ("redis://localhost", "redis://localhost:6379/0"),
            ("redis://", "redis://localhost:6379/0"),
            ("redis://:p%40ss@db:7000/3", "redis://db:7000/3"),
            ("redis://app:p@ss@[::1]:7000/3", "redis://[::1]:7000/3"),
            ("rediss://db/1?ca=/etc/ca.pem", "rediss://db:6379/1"),
            ("redis-sentinel://:secret@a,b:7000/main/2?sentinel_password=x", "redis-sentinel://a:26379,b:7000/main/2"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?}").contains("ss@"), "{address:?}");
        }
        let login = Address::parse("redis://app:p%40%2Fss@db").unwrap().login;
        assert_eq!((login.user.as_deref(), login.password.as_deref()), (Some("app"), Some("p@/ss")));
    }

    #[test]
    fn errors_name_what_is_wrong() {
        for (url, cause) in [
            ("db:6379", "begins with"),
            ("mysql://db", "`mysql`"),
            ("redis://db:port", "`port`"),
            ("redis://db/jobs", "`jobs`"),
            ("redis://db?ca=x", "rediss"),
            ("redis://db?tls=1", "`tls`"),
            ("redis-sentinel://db:1", "primary"),
        ] {
            let error = Address::parse(url).unwrap_err().to_string();
            assert!(error.contains(cause), "{url}: {error}");
        }
    }
}
