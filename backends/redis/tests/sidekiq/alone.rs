//! The second connection of a handle, for who is alone: nobody sees a difference, whatever becomes of it.

use std::sync::Arc;

use egret_core::{Backend, EnqueueRequest, ErrorKind, NewJob, Origin};

use crate::support::server::PrivateServer;
use crate::support::store::{eventually, job, open};

/// A server, a handle that has both connections, and a connection of the test's own.
struct Alone {
    server: PrivateServer,
    store: Arc<dyn Backend>,
    redis: redis::Connection,
    n_enqueued: u64,
}

impl Alone {
    /// `None` where no redis-server is installed.
    async fn open(arguments: &[&str], login: &str) -> Option<Self> {
        let server = PrivateServer::start(arguments)?;
        let url = format!("redis://{login}{}/3", server.address());
        let store = open(&url, |_| {}).await;
        let redis = redis::Client::open(url).expect("the server answers").get_connection().expect("the server answers");
        let mut alone = Self { server, store, redis, n_enqueued: 0 };
        alone.await_second_connection().await;
        Some(alone)
    }

    async fn await_second_connection(&mut self) {
        eventually("who is alone has a connection", async || {
            self.enqueue().await.expect("the server answers");
            (self.clients().len() == 2).then_some(())
        })
        .await;
    }

    /// Numbers of the connections of the handle; the later one is for who is alone.
    fn clients(&mut self) -> Vec<u64> {
        let own: u64 = redis::cmd("CLIENT").arg("ID").query(&mut self.redis).expect("the server answers");
        let clients: String = redis::cmd("CLIENT").arg("LIST").query(&mut self.redis).expect("the server answers");
        let of_handle = clients.lines().filter(|client| client.contains(" db=3 "));
        let numbers = of_handle.filter_map(|client| client.strip_prefix("id=")?.split(' ').next()?.parse().ok());
        numbers.filter(|number| *number != own).collect()
    }

    async fn enqueue(&mut self) -> egret_core::Result<()> {
        self.store.enqueue(one_job()).await?;
        self.n_enqueued += 1;
        Ok(())
    }

    fn n_waiting(&mut self) -> u64 {
        redis::cmd("LLEN").arg("queue:default").query(&mut self.redis).expect("the server answers")
    }

    /// Another connection of the test's own.
    fn connect(&self) -> redis::Connection {
        redis::Client::open(format!("redis://{}/4", self.server.address()))
            .expect("the server answers")
            .get_connection()
            .expect("the server answers")
    }
}

fn one_job() -> EnqueueRequest {
    EnqueueRequest { jobs: vec![NewJob::new(job("ReportJob"), Origin::Application)], start: None }
}

/// From now on the server answers nothing that writes.
fn pause(redis: &mut redis::Connection) {
    redis::cmd("CLIENT").arg("PAUSE").arg(600_000).arg("WRITE").exec(redis).expect("the server answers");
}

fn go_on(redis: &mut redis::Connection) {
    redis::cmd("CLIENT").arg("UNPAUSE").exec(redis).expect("the server answers");
}

/// Waits until somebody has sent what the server does not answer.
async fn await_paused(redis: &mut redis::Connection) {
    eventually("a command waits for the server", async || {
        let clients: String = redis::cmd("CLIENT").arg("LIST").query(redis).expect("the server answers");
        clients.contains(" flags=b ").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_was_cut_while_nobody_sent_is_not_sent_through() {
    let Some(mut alone) = Alone::open(&["--requirepass", "s3cret"], ":s3cret@").await else { return };
    for _ in 0..5 {
        let second = alone.clients().into_iter().max().expect("the server answers");
        redis::cmd("CLIENT").arg("KILL").arg("ID").arg(second).exec(&mut alone.redis).expect("the server answers");
        eventually("the connection is cut", async || (!alone.clients().contains(&second)).then_some(())).await;
        alone.enqueue().await.expect("the server answers");
        alone.await_second_connection().await;
    }
    assert_eq!(alone.n_waiting(), alone.n_enqueued);
}

#[tokio::test]
async fn a_server_that_takes_its_time_keeps_no_thread() {
    let Some(mut alone) = Alone::open(&[], "").await else { return };
    for _ in 0..3 {
        let mut redis = alone.connect();
        pause(&mut redis);
        // On one thread: what lets the server go on comes to run while the other waits.
        let let_go_on = async {
            await_paused(&mut redis).await;
            go_on(&mut redis);
        };
        let (enqueued, ()) = tokio::join!(alone.enqueue(), let_go_on);
        enqueued.expect("the server answers");
        alone.await_second_connection().await;
    }
    assert_eq!(alone.n_waiting(), alone.n_enqueued);
}

#[tokio::test]
async fn an_answer_for_which_nobody_waits_is_given_to_nobody_else() {
    let Some(mut alone) = Alone::open(&[], "").await else { return };
    for _ in 0..5 {
        let mut redis = alone.connect();
        pause(&mut redis);
        tokio::select! {
            enqueued = alone.store.enqueue(one_job()) => panic!("the server was paused: {enqueued:?}"),
            () = await_paused(&mut redis) => {}
        }
        go_on(&mut redis);
        for _ in 0..30 {
            assert!(
                alone.store.now().await.expect("the server answers").as_second() > 1_600_000_000,
                "not the answer to something else"
            );
            assert_eq!(
                alone.store.counts().await.expect("the server answers").of_state(egret_core::JobState::Retryable),
                0
            );
        }
    }
    let expected = alone.n_enqueued + 5;
    eventually("what was sent is stored", async || (alone.n_waiting() == expected).then_some(())).await;
}

#[tokio::test]
async fn a_server_that_is_gone_is_said_to_be_and_used_again_when_it_is_back() {
    let Some(mut alone) = Alone::open(&[], "").await else { return };
    alone.server.stop();
    let error = alone.store.enqueue(one_job()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    alone.server.start_again();
    eventually("the server is reached again", async || alone.store.enqueue(one_job()).await.ok()).await;
}
