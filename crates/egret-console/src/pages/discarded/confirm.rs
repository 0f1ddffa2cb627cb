//! Changing all jobs of a group: found first, then shown, then changed.

use egret::bulk::Found;
use egret_core::SEARCHED_JOBS;

use super::groups::{Kind, filter};
use super::{CONFIRM, LIST};
use crate::fault::Fault;
use crate::pages::jobs::confirm::{action, ask};
use crate::visit::{Answer, Visit};

/// `GET /.sys/job/discarded/confirm?action=retry&group=…`.
pub(super) async fn page(visit: Visit) -> Answer {
    let action = action(&visit)?;
    let key = visit.query.get("group").ok_or_else(Fault::not_found)?.to_owned();
    let is_meant = |job: &egret_core::JobRecord| Kind::of(job).key() == key;
    let found = Found::by_picking(visit.app(), filter(), SEARCHED_JOBS, is_meant).await?;
    ask(&visit, action, found, LIST, &format!("{CONFIRM}?{}", visit.query.to_query())).await
}
