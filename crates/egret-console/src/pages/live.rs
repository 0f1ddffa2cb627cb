//! Ticks for pages that are read again as things change.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, Stream, StreamExt as _};

use crate::access::{Need, is_still_in};
use crate::serve::Ending;
use crate::visit::{Answer, Visit};

/// When ticks come.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Between two ticks at least.
    calm: Duration,
    /// Between two ticks at most: ages grow also where nothing happens.
    age: Duration,
    /// After so long the browser connects anew.
    life: Duration,
}

const PACE: Pace = Pace { calm: Duration::from_secs(2), age: Duration::from_secs(10), life: Duration::from_secs(600) };

/// `GET /.sys/job/live` and `GET /.u/job/live`: a stream of server-sent events (WHATWG HTML, section 9.2), of which each
/// says that something may have changed. It ends with the session.
pub(crate) async fn ticks(visit: Visit) -> Answer {
    Ok(event_stream(Body::from_stream(events(visit, PACE).map(Ok::<_, Infallible>))))
}

fn events(visit: Visit, pace: Pace) -> impl Stream<Item = &'static str> {
    let until = Instant::now() + pace.life;
    stream::unfold((visit, Instant::now()), move |(mut visit, last)| async move {
        if Instant::now() >= until {
            return None;
        }
        let backend = visit.backend().clone();
        let next = async {
            tokio::time::sleep(pace.calm.saturating_sub(last.elapsed())).await;
            backend.wait(pace.age).await;
        };
        tokio::select! {
            () = next => {}
            () = Ending::come(&mut visit.ending) => return None,
        }
        let is_in = is_still_in(&visit, Need::User).await;
        is_in.then(|| ("event: tick\ndata:\n\n", (visit, Instant::now())))
    })
}

/// The answer of a stream.
pub(crate) fn event_stream(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Entry, Role, Viewer};
    use crate::visit::staged;

    const QUICK: Pace = Pace { calm: Duration::ZERO, age: Duration::from_millis(1), life: Duration::from_secs(600) };

    fn guest() -> Viewer {
        Viewer { name: "guest".to_owned(), role: Role::Viewer, entry: Entry::Host }
    }

    #[tokio::test]
    async fn ticks_end_after_their_life() {
        let life = Duration::from_secs(1);
        let began = Instant::now();
        let ticks = events(staged(Some(guest())).await, Pace { life, ..QUICK }).count();
        let n_ticks = tokio::time::timeout(Duration::from_secs(60), ticks).await.expect("they go on");
        assert!(n_ticks > 0 && began.elapsed() >= life, "{n_ticks}");
    }

    #[tokio::test]
    async fn ticks_end_when_the_console_is_to_stop() {
        let (sender, receiver) = tokio::sync::watch::channel(false);
        let visit = Visit { ending: Some(Ending(receiver)), ..staged(Some(guest())).await };
        let slow = Pace { calm: Duration::from_secs(3_600), ..QUICK };
        let ticks = tokio::spawn(events(visit, slow).count());
        sender.send(true).unwrap();
        let n_ticks = tokio::time::timeout(Duration::from_secs(60), ticks).await.expect("they go on");
        assert_eq!(n_ticks.unwrap(), 0);
    }

    #[tokio::test]
    async fn ticks_end_with_the_session() {
        let visit = staged(None).await;
        let desk = visit.desk.clone();
        desk.users.add("sys", Role::Viewer, None).await.unwrap();
        let session = desk.sessions.begin("sys", "", "", visit.now).await.unwrap();
        let session = desk.sessions.find(&session.id, visit.now).await.unwrap().unwrap();
        let entry = Entry::Session { key: session.key.clone(), csrf: session.csrf };
        let viewer = Some(Viewer { name: "sys".to_owned(), role: Role::Viewer, entry });
        let mut ticks = std::pin::pin!(events(Visit { viewer, ..visit }, QUICK));
        assert!(ticks.next().await.is_some() && ticks.next().await.is_some());
        desk.sessions.end(&session.key).await.unwrap();
        assert!(ticks.next().await.is_none());
    }
}
