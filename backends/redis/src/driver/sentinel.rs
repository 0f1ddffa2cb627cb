//! Asking Sentinels which server is the primary now.

use egret_core::{Error, ErrorKind, Result, Words, words};
use redis::RedisConnectionInfo;
use redis::aio::MultiplexedConnection;

use super::address::{Place, Sentinels};
use super::connection::Connector;

/// The place of the primary, from the first Sentinel that knows it. A server that has just been replaced may still think that
/// it is the primary; its writes are then refused, and the next connection asks anew.
pub(super) async fn find_primary(sentinels: &Sentinels, connector: &Connector) -> Result<Place> {
    let mut last_error = None;
    for place in &sentinels.places {
        match ask(sentinels, place, connector).await {
            Ok(Some(primary)) => return Ok(primary),
            Ok(None) => {}
            Err(error) => last_error = Some(error),
        }
    }
    let words = words!("redis-sentinels", "no Sentinel of `{primary}` names a primary", primary = sentinels.primary);
    let error = Error::new(ErrorKind::Unavailable, words);
    Err(match last_error {
        Some(cause) => error.with_source(cause),
        None => error,
    })
}

async fn ask(sentinels: &Sentinels, place: &Place, connector: &Connector) -> Result<Option<Place>> {
    let failed = |error| {
        let verb = words!("verb-ask-the-sentinel-at", "ask the Sentinel at `{place}`", place = place);
        Error::new(ErrorKind::Unavailable, Words::failed(verb)).with_source(error)
    };
    let stream = connector.stream_to(place).await?;
    let session: RedisConnectionInfo = sentinels.session();
    let (mut connection, driving) = MultiplexedConnection::new(&session, stream).await.map_err(failed)?;
    let mut command = redis::cmd("SENTINEL");
    command.arg("get-master-addr-by-name").arg(&sentinels.primary);
    let answer: redis::RedisResult<Option<(String, u16)>> = tokio::select! {
        answer = command.query_async(&mut connection) => answer,
        () = driving => Ok(None),
    };
    Ok(answer.map_err(failed)?.map(|(host, port)| Place { host, port }))
}
