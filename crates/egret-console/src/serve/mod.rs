//! Serving the console alone.

mod connection;
mod places;
mod stalling;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use self::places::ConnectionLimits;
use self::places::Places;

/// Connections at once. More wait until one ends.
const MAX_CONNECTIONS: usize = 512;
/// How long open requests may take to end once the console is to stop.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves a router until `stop` is done, then lets open requests end; with the limits of [`ConnectionLimits::default`].
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) -> std::io::Result<()> {
    serve_within(ConnectionLimits::default(), listener, router, stop).await
}

/// Serves a router until `stop` is done, then lets open requests end.
///
/// Clients that send slowly, send nothing or take nothing of what they asked for lose their connection and hold up nobody.
/// A connection beyond what its address may hold is closed at once.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve_within(
    limits: ConnectionLimits,
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let places = Places::new(limits);
    let mut connections = JoinSet::new();
    let (ending, ended) = tokio::sync::watch::channel(false);
    tokio::pin!(stop);
    loop {
        let has_room = connections.len() < MAX_CONNECTIONS;
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok((stream, peer)) => match places.take(peer.ip()) {
                    Some(place) => {
                        let served = connection::serve(stream, peer, router.clone(), Ending(ended.clone()));
                        connections.spawn(async move {
                            served.await;
                            drop(place);
                        });
                    }
                    None => tracing::debug!(%peer, "the address has as many connections as it may"),
                },
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // Out of files, for example: it passes when connections end.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    drop(listener);
    // Nobody listening means that nobody is left.
    let _ = ending.send(true);
    let drained = tokio::time::timeout(DRAIN, async { while connections.join_next().await.is_some() {} });
    if drained.await.is_err() {
        tracing::warn!(n = connections.len(), "connections were cut");
    }
    Ok(())
}

/// Tells that the console is to stop; among the extensions of requests.
#[derive(Clone, Debug)]
pub(crate) struct Ending(pub(crate) tokio::sync::watch::Receiver<bool>);

impl Ending {
    /// Done when the console is to stop, or when nobody is left to say so; never where nobody ever could.
    pub(crate) async fn come(ending: &mut Option<Self>) {
        match ending {
            Some(Self(receiver)) => drop(receiver.wait_for(|has_come| *has_come).await),
            None => std::future::pending().await,
        }
    }
}

/// The address of a listener as people type it.
pub fn url(address: SocketAddr) -> String {
    format!("http://{address}/.sys/job/status")
}
