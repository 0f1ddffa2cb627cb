//! Making connections: to the server of the address, or to the one that its Sentinels name.

use std::time::Duration;

use egret_core::{Error, ErrorKind, Result, Words, words};
use redis::RedisConnectionInfo;

use super::address::{Address, Place, Servers};
use super::sentinel;
use super::stream::{Stream, Tls};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Makes connections to one address.
#[derive(Debug)]
pub(super) struct Connector {
    address: Address,
    tls: Option<Tls>,
}

impl Connector {
    pub(super) fn new(address: Address) -> Result<Self> {
        let tls = address.tls.as_ref().map(Tls::new).transpose()?;
        Ok(Self { address, tls })
    }

    /// Whether a stream is one of TCP and nothing else.
    pub(super) fn is_plain(&self) -> bool {
        self.tls.is_none()
    }

    /// What is told to the server first.
    pub(super) fn greeting(&self) -> redis::Pipeline {
        self.address.greeting()
    }

    pub(super) fn location(&self) -> String {
        self.address.to_string()
    }

    /// A fresh stream to the server that is to be written to, and what is to be told to it first.
    pub(super) async fn connect(&self) -> Result<(RedisConnectionInfo, Stream)> {
        let place = match &self.address.servers {
            Servers::One(place) => place.clone(),
            Servers::Sentinels(sentinels) => sentinel::find_primary(sentinels, self).await?,
        };
        Ok((self.address.session(), self.stream_to(&place).await?))
    }

    pub(super) async fn stream_to(&self, place: &Place) -> Result<Stream> {
        let connecting = Stream::connect(place, self.tls.as_ref());
        match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(unreachable(place).with_source(error)),
            Err(_) => Err(unreachable(place)),
        }
    }
}

fn unreachable(place: &Place) -> Error {
    let verb = words!("verb-connect-to-redis-at", "connect to Redis at `{place}`", place = place);
    Error::new(ErrorKind::Unavailable, Words::failed(verb))
}
