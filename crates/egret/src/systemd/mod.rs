//! systemd: unit files for services, their installation, and what a service tells the service manager.
//!
//! A unit runs the program itself, with no shell and no command to stop it, so that systemd's signals reach the service.
//! Everything that a unit says and why stands in [`service_unit`], one line each.

mod escape;
mod install;
mod manager;
mod on_demand;
mod refusal;
mod service_unit;
mod unit;

pub(crate) use install::{Outcome, install};
pub(crate) use manager::ServiceManager;
pub(crate) use on_demand::on_demand_units;
pub(crate) use service_unit::service_units;
pub(crate) use unit::{UnitError, UnitFile, UnitRequest};
