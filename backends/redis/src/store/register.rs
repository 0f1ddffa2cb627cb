//! The verbs *register* and *present*.

use egret_core::roster::Told;
use egret_core::{Error, Result, ServiceId, ServiceInfo};
use redis::Value;

use super::Store;
use super::format::Format;
use super::roster::WithBytes;
use crate::driver::{Call, Script};

static REGISTER: Script = Script::new(include_str!("scripts/register.lua"));
static PRESENT: Script = Script::new(include_str!("scripts/present.lua"));

impl<F: Format> Store<F> {
    pub(super) async fn register_service(&self, info: ServiceInfo) -> Result<ServiceId> {
        let id = ServiceId::generate();
        let told = Told::of(&info);
        let mut call = Call::new([&self.keys.service(id), &self.keys.services, &self.keys.names]);
        call.arg(id.to_string()).arg(&info.name).arg(told.to_json());
        call.arg(info.max_services.map_or_else(String::new, |max| max.to_string())).arg(&self.keys.service_prefix);
        if info.max_services.is_some() {
            let now = self.server_time().await?;
            let known = self.roster(WithBytes::No).await?;
            let dead = known.iter().filter(|service| self.observations.is_dead(&service.pulse(), now, &self.timing));
            for service in dead {
                call.arg(service.id.to_string());
            }
        }
        if self.driver.script("register a service", &REGISTER, &call).await? != Value::Int(1) {
            return Err(Error::enough_services(&info.name));
        }
        self.beats.enter(id, info);
        self.host_marks.open(id);
        self.show_first(id).await?;
        Ok(id)
    }

    pub(super) async fn present_service(&self, id: ServiceId, info: ServiceInfo) -> Result<()> {
        let Some(known) = self.info_of(id).await? else {
            return Err(Error::unknown_service("present a service anew", id));
        };
        let former = known.patterns();
        let info = ServiceInfo { selection: info.selection, concurrency: info.concurrency, ..known.to_info() };
        let mut call = Call::new([&self.keys.service(id), &self.keys.polled]);
        call.arg(Told::of(&info).to_json());
        for pattern in former {
            call.arg(pattern);
        }
        match self.driver.script("present a service anew", &PRESENT, &call).await? {
            Value::Int(1) => {
                self.beats.enter(id, info);
                Ok(())
            }
            _ => Err(Error::unknown_service("present a service anew", id)),
        }
    }

    /// What a service tells of itself; `None` when there is no such service.
    pub(super) async fn info_of(&self, id: ServiceId) -> Result<Option<Told>> {
        let mut command = redis::cmd("HGET");
        command.arg(self.keys.service(id)).arg("info");
        let info: Option<String> = self.driver.ask("read a service", &command).await?;
        Ok(info.and_then(|info| serde_json::from_str(&info).ok()))
    }
}
