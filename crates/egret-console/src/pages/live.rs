//! Ticks for pages that are read again as things change.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use crate::serve::Ending;
use crate::visit::{Answer, Visit};

/// Between two ticks at least.
const CALM: Duration = Duration::from_secs(2);
/// Between two ticks at most: ages grow also where nothing happens.
const AGE: Duration = Duration::from_secs(10);
/// After so long the browser connects anew, and shows again who it is.
const LIFE: Duration = Duration::from_secs(600);

/// `GET /.sys/job/live` and `GET /.u/job/live`: a stream of server-sent events (WHATWG HTML, section 9.2), of which each says that something may
/// have changed.
pub(crate) async fn ticks(visit: Visit) -> Answer {
    let backend = visit.backend().clone();
    let ending = visit.ending.clone();
    let until = Instant::now() + LIFE;
    let events = stream::unfold(Instant::now(), move |last| {
        let (backend, mut ending) = (backend.clone(), ending.clone());
        async move {
            if Instant::now() >= until {
                return None;
            }
            let calm = CALM.saturating_sub(last.elapsed());
            let next = async {
                tokio::time::sleep(calm).await;
                backend.wait(AGE).await;
            };
            tokio::select! {
                () = next => Some((Ok::<_, Infallible>("event: tick\ndata:\n\n"), Instant::now())),
                () = Ending::come(&mut ending) => None,
            }
        }
    });
    Ok(event_stream(Body::from_stream(events)))
}

/// The answer of a stream.
pub(crate) fn event_stream(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], body).into_response()
}
