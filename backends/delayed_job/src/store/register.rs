//! The verbs *register* and *present*.

use egret_core::roster::Told;
use egret_core::{Error, Result, ServiceId, ServiceInfo, ServicePhase};

use super::Store;
use super::names::Kind;

const REGISTER: &str = include_str!("../../queries/ours/register.sql");
const PRESENT: &str = include_str!("../../queries/ours/present.sql");

impl Store {
    pub(super) async fn register_service(&self, info: ServiceInfo) -> Result<ServiceId> {
        let id = ServiceId::generate();
        let mut step = self.begin().await?;
        // First of all: who registers under the same name at the same time waits here.
        let now = self.database_time(&mut step).await?;
        self.set_name(&mut step, Kind::Service, &info.name, now).await?;
        if let Some(max_services) = info.max_services {
            let known = self.roster(&mut step).await?;
            let now = self.database_time(&mut step).await?;
            let of_name = known.iter().filter(|service| service.told.name == info.name);
            let n_alive =
                of_name.filter(|service| !self.observations.is_dead(&service.pulse(), now, &self.timing)).count();
            if n_alive >= usize::try_from(max_services).unwrap_or(usize::MAX) {
                return Err(Error::enough_services(&info.name));
            }
        }
        let told = Told::of(&info);
        let parameters = vec![
            id.to_string().into(),
            info.name.as_str().into(),
            told.to_json().into(),
            ServicePhase::Running.as_str().into(),
        ];
        step.tell_ours(REGISTER, parameters).await?;
        self.read_all_again(&mut step).await?;
        step.commit().await?;
        Ok(id)
    }

    pub(super) async fn present_service(&self, id: ServiceId, info: ServiceInfo) -> Result<()> {
        let mut step = self.begin().await?;
        let Some(known) = self.known(&mut step, id).await? else {
            return Err(Error::unknown_service("present a service anew", id));
        };
        let told = known.told.to_info();
        let anew = ServiceInfo { selection: info.selection, concurrency: info.concurrency, ..told };
        let now = self.database_time(&mut step).await?;
        let anew = Told::of(&anew);
        for pattern in known.told.patterns().iter().filter(|pattern| !anew.patterns().contains(pattern)) {
            self.set_name(&mut step, Kind::Polled, pattern, now).await?;
        }
        step.tell_ours(PRESENT, vec![anew.to_json().into(), id.to_string().into()]).await?;
        step.commit().await
    }
}
