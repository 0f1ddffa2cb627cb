//! One connection.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tower_service::Service as _;

use super::Ending;
use super::stalling::Stalling;
use crate::access::Peer;

/// How long the head of a request may take to arrive; also how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a client may take nothing of an answer that is being sent to it.
const TAKE_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest head.
const MAX_HEAD: usize = 64 << 10;

/// Serves a connection until it ends, or until its open request has ended after the console was told to stop.
pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, router: Router, ending: Ending) {
    let mut ended = Some(ending.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (mut router, ending) = (router.clone(), ending.clone());
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            request.extensions_mut().insert(ending);
            let answer: Result<_, Infallible> = router.call(request).await;
            answer
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(MAX_HEAD);
    let connection = builder.serve_connection(TokioIo::new(Stalling::new(stream, TAKE_TIMEOUT)), service);
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = Ending::come(&mut ended) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}
