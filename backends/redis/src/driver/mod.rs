//! The way to a Redis server: its address, connections, scripts and errors. It knows nothing of jobs.

mod address;
mod alone;
mod answers;
mod connection;
mod direct;
mod error;
mod io_thread;
mod looks;
mod patient;
mod script;
mod sent;
mod sentinel;
mod server;
mod stream;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use egret_core::job_data::from_microseconds;
use egret_core::{Result, Timestamp};
use redis::aio::MultiplexedConnection;
use redis::{Cmd, FromRedisValue, Pipeline, RedisResult, Value, from_redis_value};

pub(crate) use address::decoded;
pub use address::{Address, BadAddress};
pub(crate) use error::{is_unknown_script, reply_error};
pub(crate) use patient::{Both, PatientConnection};
pub(crate) use script::{Call, Script};

use self::connection::Connector;
use self::direct::Direct;
use self::error::{Fault, failed};
use self::io_thread::IoThread;
use self::sent::Sent;

/// A server that does not answer for so long is taken for gone. The default of the library, half a second, is shorter than
/// what a busy server or a long script takes.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(5);

/// One server, by one connection for all commands and one more for who is alone. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    connector: Connector,
    /// Connections live here, whatever the runtimes of callers do.
    io: IoThread,
    /// Guards the present connection; held while a new one is made, so that many callers make one.
    link: tokio::sync::Mutex<Option<Link>>,
    direct: Direct,
}

/// A connection, and whether it has ended.
#[derive(Clone)]
struct Link {
    connection: MultiplexedConnection,
    is_closed: Arc<AtomicBool>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Link").field("is_closed", &self.is_closed).finish_non_exhaustive()
    }
}

impl Driver {
    /// Connects, and looks whether the server is one that can be used.
    ///
    /// # Errors
    /// [`Unavailable`](egret_core::ErrorKind::Unavailable) when it cannot be reached, [`Refused`](egret_core::ErrorKind::Refused)
    /// when it is too old, a cluster, or does not let this user in.
    pub(crate) async fn open(address: Address) -> Result<Self> {
        let io = IoThread::start()?;
        let connector = Connector::new(address)?;
        let direct = Direct::new(connector.is_plain());
        let shared = Shared { connector, io, link: tokio::sync::Mutex::new(None), direct };
        let driver = Self { shared: Arc::new(shared) };
        server::check(&driver).await?;
        Ok(driver)
    }

    /// Where it is, without a password.
    pub(crate) fn location(&self) -> String {
        self.shared.connector.location()
    }

    /// The thread of connections, for tasks that must go on whatever their callers do.
    pub(crate) fn io(&self) -> &tokio::runtime::Handle {
        self.shared.io.handle()
    }

    /// The time by the clock of the server.
    pub(crate) async fn server_time(&self) -> Result<Timestamp> {
        let (seconds, microseconds): (i64, i64) = self.ask("ask the time", &redis::cmd("TIME")).await?;
        Ok(from_microseconds(seconds.saturating_mul(1_000_000).saturating_add(microseconds)))
    }

    /// Asks something that changes nothing; a broken connection is replaced and asked again.
    pub(crate) async fn ask<T: FromRedisValue>(&self, what: &str, command: &Cmd) -> Result<T> {
        read(what, self.run(what, Repeat::OnceBroken, Sent::One(command)).await?)
    }

    /// Asks several things at once that change nothing.
    pub(crate) async fn ask_all(&self, what: &str, pipeline: &Pipeline) -> Result<Vec<Value>> {
        self.answers(what, self.run(what, Repeat::OnceBroken, Sent::Many(pipeline)).await?)
    }

    /// Sends one command that changes something: if the connection breaks, it is not known whether it was done.
    pub(crate) async fn tell<T: FromRedisValue>(&self, what: &str, command: &Cmd) -> Result<T> {
        read(what, self.run(what, Repeat::OnceRefused, Sent::One(command)).await?)
    }

    /// Sends commands of which all or none are done. Answers what each of them did.
    pub(crate) async fn tell_atomically(&self, what: &str, pipeline: &Pipeline) -> Result<Vec<Value>> {
        debug_assert!(pipeline.is_transaction(), "else some may be done and others not");
        self.answers(what, self.run(what, Repeat::OnceRefused, Sent::Transaction(pipeline)).await?)
    }

    /// Sends commands of which one alone matters and the others do no harm without it, in their order. An error of any of them is
    /// that of all.
    pub(crate) async fn tell_in_order(&self, what: &str, pipeline: &Pipeline) -> Result<()> {
        self.run(what, Repeat::OnceRefused, Sent::InOrder(pipeline)).await.map(drop)
    }

    /// Runs a script; the server gets its text when it does not know it.
    pub(crate) async fn script(&self, what: &str, script: &Script, call: &Call) -> Result<Value> {
        match self.run_raw(Repeat::OnceRefused, Sent::One(&call.by_hash(script))).await {
            Err(Fault::Reply(error)) if error::is_unknown_script(&error) => {
                self.run(what, Repeat::OnceRefused, Sent::One(&call.whole(script))).await
            }
            answer => self.judge(what, answer),
        }
    }

    /// A connection of its own, for a command that waits on the server; no answer is awaited in time. It lives on the runtime of
    /// whoever asks for it.
    pub(crate) async fn connection_of_its_own(&self) -> Result<PatientConnection> {
        let connector = &self.shared.connector;
        let (_, stream) = connector.connect().await?;
        let greeted = PatientConnection::greet(stream, &connector.greeting()).await;
        greeted.map_err(|error| failed("connect", &error, self))
    }

    /// A connection that listens to a channel, and to those of a pattern, on the runtime of whoever asks for it.
    pub(crate) async fn listen(&self, channel: &str, pattern: Option<&str>) -> Result<redis::aio::PubSubStream> {
        let (info, stream) = self.shared.connector.connect().await?;
        let subscribed = async {
            let mut pubsub = redis::aio::PubSub::new(&info, stream).await?;
            pubsub.subscribe(channel).await?;
            if let Some(pattern) = pattern {
                pubsub.psubscribe(pattern).await?;
            }
            Ok(pubsub.into_on_message())
        };
        subscribed.await.map_err(|error| failed("listen for hints", &error, self))
    }

    async fn run(&self, what: &str, repeat: Repeat, sent: Sent<'_>) -> Result<Value> {
        let answer = self.run_raw(repeat, sent).await;
        self.judge(what, answer)
    }

    fn judge(&self, what: &str, answer: std::result::Result<Value, Fault>) -> Result<Value> {
        answer.map_err(|fault| match fault {
            Fault::NotConnected(error) => error,
            Fault::Reply(error) => failed(what, &error, self),
        })
    }

    async fn run_raw(&self, repeat: Repeat, sent: Sent<'_>) -> std::result::Result<Value, Fault> {
        let sender = self.shared.direct.enter();
        let mut directly = if sender.is_alone().await { self.directly(sent).await } else { None };
        let mut is_repeated = false;
        loop {
            let was_direct = directly.is_some();
            let answer = match directly.take() {
                Some(answer) => answer,
                None => self.together(sent).await?,
            };
            let error = match answer {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let is_gone = error::ends_the_connection(&error);
            let may_repeat = match repeat {
                Repeat::OnceBroken => is_gone,
                // The server has refused it before it did anything (Sidekiq 8, `lib/sidekiq/client.rb`, repeats these too).
                Repeat::OnceRefused => error::was_refused_by_a_replica(&error),
            };
            if is_repeated || !may_repeat {
                return Err(Fault::Reply(error));
            }
            // The connection of all may be as old as the other one.
            is_repeated = !was_direct;
        }
    }

    /// Sends through the connection of all.
    async fn together(&self, sent: Sent<'_>) -> std::result::Result<RedisResult<Value>, Fault> {
        let link = self.link().await.map_err(Fault::NotConnected)?;
        let began = Instant::now();
        let answer = sent.through(link.connection.clone()).await;
        // Half of it are the changes of thread.
        self.shared.direct.took(began.elapsed() / 2);
        if answer.as_ref().is_err_and(error::ends_the_connection) {
            link.is_closed.store(true, Ordering::Release);
        }
        Ok(answer)
    }

    /// The answers of several commands, if none of them is an error.
    fn answers(&self, what: &str, value: Value) -> Result<Vec<Value>> {
        let Value::Array(answers) = value else { return Ok(Vec::new()) };
        answers.into_iter().map(|answer| answer.extract_error().map_err(|error| failed(what, &error, self))).collect()
    }

    /// The present connection, or a new one.
    async fn link(&self) -> Result<Link> {
        let mut present = self.shared.link.lock().await;
        if let Some(link) = present.as_ref().filter(|link| !link.is_closed.load(Ordering::Acquire)) {
            return Ok(link.clone());
        }
        let this = self.clone();
        let connecting = self.io().spawn(async move { this.connect_here().await });
        let link = connecting.await.unwrap_or_else(|_| Err(io_thread::has_ended()))?;
        // It may lead to another server than before, and what is written goes to one.
        self.shared.direct.forget();
        *present = Some(link.clone());
        Ok(link)
    }

    /// A connection that is served by the runtime on which this is called.
    async fn connect_here(&self) -> Result<Link> {
        let (info, stream) = self.shared.connector.connect().await?;
        let config = redis::AsyncConnectionConfig::new().set_response_timeout(Some(RESPONSE_TIMEOUT));
        let made = MultiplexedConnection::new_with_config(&info, stream, config).await;
        let (connection, driving) = made.map_err(|error| failed("connect", &error, self))?;
        let is_closed = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&is_closed);
        tokio::spawn(async move {
            driving.await;
            ended.store(true, Ordering::Release);
        });
        Ok(Link { connection, is_closed })
    }
}

/// When a command may be sent a second time.
#[derive(Clone, Copy)]
enum Repeat {
    /// When the connection broke: it changes nothing.
    OnceBroken,
    /// When a server refused it that is no longer the one to write to.
    OnceRefused,
}

fn read<T: FromRedisValue>(what: &str, value: Value) -> Result<T> {
    from_redis_value(value).map_err(|error| error::unexpected(what, &error.into()))
}
