//! Sending alone: through the second connection, see [`direct`](super::direct).

use std::io;
use std::time::Instant;

use redis::{RedisResult, Value};

use super::direct::{self, Found};
use super::sent::Sent;
use super::wire::Wire;
use super::{Driver, RESPONSE_TIMEOUT, error};

impl Driver {
    /// Sends through the connection for who is alone; `None` when there is none, or it is not for this.
    pub(super) async fn directly(&self, sent: Sent<'_>) -> Option<RedisResult<Value>> {
        let (commands, n_answers) = sent.packed();
        if commands.len() > direct::MOST_BYTES {
            return None;
        }
        let mut wire = match self.shared.direct.find() {
            Found::Wire(wire) => wire,
            Found::NotNow => return None,
            Found::Nothing => {
                let this = self.clone();
                self.io().spawn(async move { this.shared.direct.bring(this.wire().await) });
                return None;
            }
        };
        let began = Instant::now();
        let asked = wire.ask(&commands, n_answers, direct::PATIENCE);
        let answers = match asked {
            Ok(Some(answers)) => {
                self.shared.direct.took(began.elapsed());
                self.shared.direct.bring(Some(wire));
                Ok(answers)
            }
            Ok(None) => self.wait_for(wire, n_answers, began).await,
            Err(error) => {
                self.shared.direct.bring(None);
                Err(error.into())
            }
        };
        let answer = answers.and_then(|answers| sent.read(answers));
        if answer.as_ref().is_err_and(error::ends_the_connection) {
            self.shared.direct.forget();
        }
        Some(answer)
    }

    /// Waits for answers that take longer where connections live, whoever waits for them here.
    async fn wait_for(&self, wire: Wire, n_answers: usize, began: Instant) -> RedisResult<Vec<Value>> {
        let this = self.clone();
        let waiting = self.io().spawn(async move {
            let direct = &this.shared.direct;
            let answered = tokio::time::timeout(RESPONSE_TIMEOUT, wire.wait_for(n_answers)).await;
            direct.took(began.elapsed());
            let (answers, wire) = match answered.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok((answers, wire)) => (Ok(answers), Some(wire)),
                Err(error) => (Err(error.into()), None),
            };
            direct.bring(wire);
            answers
        });
        waiting.await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::BrokenPipe).into()))
    }

    /// A connection for who is alone, if one can be made.
    async fn wire(&self) -> Option<Wire> {
        let made = tokio::time::timeout(RESPONSE_TIMEOUT, self.connection_of_its_own()).await;
        Wire::new(made.ok()?.ok()?.into_stream().into_plain()?).ok()
    }
}
