//! Services inside the calling process, for applications without the command line. They end with the process; jobs that
//! wait then are run by whichever process enqueues next.

use std::sync::Arc;

use async_trait::async_trait;
use egret_core::{StartFailure, StartRight};

use super::Starter;
use crate::config::DEFAULT_SECTION;
use crate::service::{ServiceOptions, StopControl};
use crate::{App, Error};

/// Starts services on threads of this process.
#[derive(Debug, Default)]
pub(crate) struct InProcessStarter {}

#[async_trait]
impl Starter for InProcessStarter {
    async fn start(&self, app: &App, right: &StartRight) -> Result<(), Error> {
        let section = app.config().section(DEFAULT_SECTION)?;
        let mut options = ServiceOptions::of_section(section, app.config());
        options.timing = app.timing();
        options.start_right = Some(right.nonce);
        // These replace a process by another one; a new service in this one would free nothing.
        (options.max_memory, options.max_jobs) = (None, None);
        let handle = app.service_with(options, section.max_services).start(StopControl::new())?;
        let (backend, right) = (Arc::clone(app.backend()), right.clone());
        // Its own threads carry it.
        tokio::spawn(async move {
            let Err(error) = handle.ended().await else { return };
            let error = crate::error::chain(&error);
            tracing::error!(error, "the service inside this process failed");
            // Ignored when the service had come up, for then the right is gone.
            if let Err(error) = backend.start_failed(StartFailure { right, error }).await {
                tracing::warn!(error = %crate::error::chain(&error), "failed to give the right to start back");
            }
        });
        Ok(())
    }
}
