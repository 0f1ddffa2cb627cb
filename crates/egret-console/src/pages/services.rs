//! `/.sys/job/services`: the processes that run jobs, on any host, and orders to them.

use askama::Template;
use egret_core::{ServiceId, ServiceOrder, ServicePhase, ServiceRecord};
use serde_json::{Value, json};

use super::excerpt::one_line;
use super::portion::Portion;
use crate::access::Need;
use crate::fault::Fault;
use crate::routes::Routes;
use crate::shell::Shell;
use crate::visit::{Answer, Moment, Notice, Visit};

const PATH: &str = "/.sys/job/services";
/// Bytes of each part that a row has room for.
const NAME: usize = 120;
const QUEUES: usize = 300;
/// Dead services that a trace names.
const NAMED: usize = 50;

#[derive(Template)]
#[template(path = "services.html", whitespace = "minimize")]
struct ServicesPage {
    shell: Shell,
    rows: Vec<ShownService>,
    first: Option<String>,
    next: Option<String>,
    has_dead: bool,
    /// Whether this program starts services itself.
    starts: bool,
    /// What starts one where the operator does.
    start_command: &'static str,
}

#[derive(Template)]
#[template(path = "service_stop.html", whitespace = "minimize")]
struct StopPage {
    shell: Shell,
    row: ShownService,
}

/// A service as the page shows it.
struct ShownService {
    id: String,
    address: String,
    name: String,
    place: String,
    mode: &'static str,
    state: &'static str,
    sign: &'static str,
    /// Chooses the colour.
    class: &'static str,
    label: String,
    jobs: String,
    n_ended: u64,
    memory: Option<u64>,
    queues: String,
    /// The order on its button, and whether it can be told to stop.
    order: Option<ServiceOrder>,
    stops: bool,
    started: Option<Moment>,
    beat: Option<Moment>,
}

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get(PATH, Need::View, page);
    routes.get("/.sys/job/services.json", Need::View, page);
    routes.post("/.sys/job/services/rescue", Need::Operate, rescue);
    routes.post("/.sys/job/services/start", Need::Operate, start);
    routes.get("/.sys/job/services/{id}/stop", Need::Operate, confirm_stop);
    routes.post("/.sys/job/services/{id}/stop", Need::Operate, stop);
    routes.post("/.sys/job/services/{id}/quiet", Need::Operate, quiet);
    routes.post("/.sys/job/services/{id}/resume", Need::Operate, resume);
}

async fn page(visit: Visit) -> Answer {
    let services = visit.backend().services().await?;
    if visit.wants_json() {
        return visit.json(&services);
    }
    let portion = Portion::of(&visit, PATH, &services, |service| service.id.to_string());
    visit.page(&ServicesPage {
        has_dead: services.iter().any(|service| !service.is_alive),
        rows: portion.items.iter().map(|service| ShownService::new(&visit, service)).collect(),
        first: portion.first,
        next: portion.next,
        starts: visit.app().starts_on_demand(),
        start_command: super::START_COMMAND,
        shell: Shell::of(&visit).await?.live(),
    })
}

impl ShownService {
    fn new(visit: &Visit, service: &ServiceRecord) -> Self {
        let (state, sign, class) = match service.phase {
            _ if !service.is_alive => ("dead", "■", "failed"),
            ServicePhase::Running => ("running", "●", "running"),
            ServicePhase::Quiet => ("quiet", "·", "stop"),
            ServicePhase::Stopping => ("stopping", "▲", "interrupted"),
        };
        let label = match state {
            "dead" => visit.t("services-dead"),
            "running" => visit.t("services-running"),
            "quiet" => visit.t("services-quiet"),
            _ => visit.t("services-stopping"),
        };
        let follows = |order: &ServiceOrder| service.follows.contains(order);
        let order = match state {
            "running" => Some(ServiceOrder::Quiet),
            "quiet" => Some(ServiceOrder::Resume),
            _ => None,
        };
        Self {
            id: service.id.to_string(),
            address: visit.link(&format!("{PATH}/{}", service.id)),
            name: one_line(&service.name, NAME),
            place: one_line(&format!("{} @ {}", service.process.pid, service.process.host), NAME),
            mode: service.mode.as_str(),
            state,
            sign,
            class,
            label,
            jobs: format!("{} / {}", service.n_claimed, service.concurrency),
            n_ended: service.n_finished,
            memory: (service.resident_bytes > 0).then(|| service.resident_bytes.div_ceil(1 << 20)),
            queues: one_line(&service.queues.join(", "), QUEUES),
            order: order.filter(follows),
            stops: service.is_alive && service.phase != ServicePhase::Stopping && follows(&ServiceOrder::Stop),
            started: visit.known_moment(service.started_at),
            beat: visit.known_moment(service.beat_at),
        }
    }
}

/// The living service that the path names.
async fn find(visit: &Visit) -> Result<ServiceRecord, Fault> {
    let id: ServiceId = visit.parameter("id").parse().map_err(|_| Fault::not_found())?;
    let services = visit.backend().services().await?;
    services.into_iter().find(|service| service.id == id && service.is_alive).ok_or_else(Fault::not_found)
}

async fn confirm_stop(visit: Visit) -> Answer {
    let service = find(&visit).await?;
    if !service.follows.contains(&ServiceOrder::Stop) {
        return Err(Fault::unsupported());
    }
    let row = ShownService::new(&visit, &service);
    visit.page(&StopPage { row, shell: Shell::of(&visit).await? })
}

async fn stop(visit: Visit) -> Answer {
    order(visit, ServiceOrder::Stop, "services.stop").await
}

async fn quiet(visit: Visit) -> Answer {
    order(visit, ServiceOrder::Quiet, "services.quiet").await
}

async fn resume(visit: Visit) -> Answer {
    order(visit, ServiceOrder::Resume, "services.resume").await
}

async fn order(visit: Visit, order: ServiceOrder, action: &'static str) -> Answer {
    let service = find(&visit).await?;
    if !service.follows.contains(&order) {
        return Err(Fault::unsupported());
    }
    visit.backend().order(service.id, order).await?;
    visit.backend().wake().await;
    let target = told(&service);
    let before = json!({ "phase": service.phase.as_str(), "jobs": service.n_claimed });
    let after = json!({ "phase": service.phase.as_str(), "jobs": service.n_claimed, "order": order.as_str() });
    visit.trace(action, target, before, after).await?;
    Ok(visit.back_saying(PATH, &Notice::new("notice-service-ordered")))
}

/// Gives back what dead services held.
async fn rescue(visit: Visit) -> Answer {
    let services = visit.backend().services().await?;
    let dead = services.iter().filter(|service| !service.is_alive).take(NAMED);
    let before: Vec<Value> = dead.map(|service| json!(told(service))).collect();
    let report = visit.backend().rescue().await?;
    let n_dead = report.dead_services.len() as u64;
    let named: Vec<String> = report.dead_services.iter().take(NAMED).map(ToString::to_string).collect();
    let before = json!({ "dead_services": before });
    if n_dead + report.n_released > 0 {
        visit.trace("services.rescue", named.join(" "), before, json!(report)).await?;
    }
    if report.n_released > 0 {
        // On demand the dead one may have been the last.
        visit.app().start_service_if_needed().await?;
    }
    let notice = match n_dead {
        0 => Notice::new("notice-none-rescued"),
        _ => Notice::new("notice-rescued").with("services", n_dead).with("n", report.n_released),
    };
    Ok(visit.back_saying(PATH, &notice))
}

/// Starts a service where enqueues would, too; the operator starts them otherwise.
async fn start(visit: Visit) -> Answer {
    if !visit.app().starts_on_demand() {
        return Err(Fault::unsupported());
    }
    let services = visit.backend().services().await?;
    let n_alive = services.iter().filter(|service| service.is_alive).count();
    let is_started = visit.app().start_service_if_needed().await?;
    let name = visit.app().section().name.clone();
    let before = json!({ "services": n_alive });
    visit.trace("services.start", name, before, json!({ "services": n_alive, "started": is_started })).await?;
    let message = if is_started { "notice-service-started" } else { "notice-service-not-started" };
    Ok(visit.back_saying(PATH, &Notice::new(message)))
}

/// What names a service to those who read of it when it is long gone.
fn told(service: &ServiceRecord) -> String {
    format!("{} {} {}:{}", service.id, service.name, service.process.host, service.process.pid)
}
