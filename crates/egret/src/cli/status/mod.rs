//! `egret status`: how it stands, for people and for monitoring.

mod body;
mod text;

use clap::Args;

use self::body::Body;
use super::arguments::Json;
use super::rescue::give_back_jobs_of_the_dead;
use super::{Exit, Failure, Session};

/// Shows how it stands
#[derive(Args, Debug)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) format: Json,
}

impl Status {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let app = session.app().await?;
        // A service that died, and an enqueuer that died before it could start one, left this to whoever looks.
        give_back_jobs_of_the_dead(app).await?;
        app.start_service_if_needed().await?;
        let body = Body::of(session, app).await?;
        let output = session.output();
        match output.is_json() {
            true => output.json(&body)?,
            false => text::write(session, &body)?,
        }
        Ok(Exit::Success)
    }
}
