//! The verb *leave*.

use egret_core::{Leave, Left, Result, Selection, ServiceId, ServiceInfo};
use redis::from_redis_value;

use super::Store;
use super::format::Format;
use super::queue_names::Meant;
use super::script_reply::text;
use crate::driver::{Call, Script};

static LEAVE: Script = Script::new(include_str!("scripts/leave.lua"));

/// What must still be so for a service to leave when idle.
struct Idle {
    meant: Meant,
    /// How many members each set of reserved jobs has.
    n_reserved: Vec<u64>,
}

impl<F: Format> Store<F> {
    pub(super) async fn leave_service(&self, id: ServiceId, leave: Leave) -> Result<Left> {
        let Some(told) = self.info_of(id).await? else {
            self.forget_service(id);
            return Ok(Left::Gone);
        };
        loop {
            let idle = match &leave {
                Leave::Always => None,
                Leave::WhenIdle(selection) => match self.look_idle(selection).await? {
                    Ok(idle) => Some(idle),
                    Err(stays) => return Ok(stays),
                },
            };
            match self.leave_if(id, &told.to_info(), &told.patterns(), idle.as_ref()).await?.as_str() {
                "gone" => break,
                // Its own claims hold it, or a job that has come meanwhile, which then is due.
                "stays" => {
                    let next_due = match &leave {
                        Leave::Always => None,
                        Leave::WhenIdle(selection) => self.due_time(selection).await?,
                    };
                    return Ok(Left::Stays { next_due });
                }
                _ => self.queue_names.forget(),
            }
        }
        self.forget_service(id);
        self.format.disappear(&self.driver, id, &told.to_info()).await?;
        Ok(Left::Gone)
    }

    /// Looks whether nothing waits, and remembers by what that was seen.
    async fn look_idle(&self, selection: &Selection) -> Result<std::result::Result<Idle, Left>> {
        // Counted before they are read: what comes meanwhile changes the number.
        let n_reserved = self.count_reserved().await?;
        if let Some(next_due) = self.due_time(selection).await? {
            return Ok(Err(Left::Stays { next_due: Some(next_due) }));
        }
        Ok(Ok(Idle { meant: self.queues_meant(&selection.queues).await?, n_reserved }))
    }

    async fn count_reserved(&self) -> Result<Vec<u64>> {
        let mut pipeline = redis::pipe();
        for key in &self.layout().reserved {
            pipeline.cmd("ZCARD").arg(key);
        }
        let counts = self.driver.ask_all("count reserved jobs", &pipeline).await?;
        Ok(counts.into_iter().map(|count| from_redis_value(count).unwrap_or(0)).collect())
    }

    async fn leave_if(
        &self,
        id: ServiceId,
        info: &ServiceInfo,
        polled: &[String],
        idle: Option<&Idle>,
    ) -> Result<String> {
        let layout = self.layout();
        let (service, claims, running) = (self.keys.service(id), self.keys.claims(id), self.keys.running(id));
        let cancels = self.keys.cancels(id);
        let keys = [&service, &claims, &running, &self.keys.services, &self.keys.names, &self.keys.polled];
        let keys = keys.into_iter().chain([&layout.queues, &self.keys.pauses, &cancels]).chain(&layout.reserved);
        let mut call = Call::new(keys);
        call.arg(id.to_string())
            .arg(&info.name)
            .arg(&layout.queue_prefix)
            .arg(layout.give_back())
            .arg(&self.keys.hints)
            .arg(layout.other_pauses.as_deref().unwrap_or(""))
            .arg(u8::from(idle.is_some()))
            .arg(idle.and_then(|idle| idle.meant.n_known).map_or_else(String::new, |n_known| n_known.to_string()))
            .arg(polled.len());
        for pattern in polled {
            call.arg(pattern);
        }
        self.format.disappearance(id, info).add_to(&mut call);
        if let Some(idle) = idle {
            for count in &idle.n_reserved {
                call.arg(count);
            }
            for queue in &idle.meant.names {
                call.arg(queue);
            }
        }
        text(self.driver.script("leave", &LEAVE, &call).await?)
    }
}
