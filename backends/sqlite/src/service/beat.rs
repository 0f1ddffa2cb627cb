//! The verbs *beat* and *order*.

use egret_core::{Beat, Error, GivenOrder, Orders, Result, ServiceId, ServiceOrder};
use rusqlite::{OptionalExtension, params};

use crate::backend::SqliteBackend;
use crate::error::failed_io;
use crate::finish::held;
use crate::job_key::JobKey;
use crate::queries;
use crate::writer::{Nature, Session};

impl SqliteBackend {
    pub(crate) async fn beat_service(&self, service: ServiceId, beat: Beat) -> Result<Orders> {
        let Some(file) = self.settings.fleet.own(service) else {
            return Ok(Orders { unknown: true, lost: beat.running, ..Orders::default() });
        };
        file.beat(self.settings.now(), Some(&beat))
            .map_err(|error| failed_io("beat for the service", service, error))?;
        let orders =
            self.lookups.call_at_once("read orders", move |session| read_orders(session, service, &beat)).await?;
        if orders.unknown {
            self.settings.fleet.drop_own(service);
        }
        Ok(orders)
    }

    pub(crate) fn beat_file(&self, service: ServiceId) -> bool {
        let beat = self.settings.fleet.own(service).map(|file| file.beat(self.settings.now(), None));
        matches!(beat, Some(Ok(())))
    }

    pub(crate) async fn order_service(&self, service: ServiceId, order: ServiceOrder) -> Result<()> {
        let number = order_number(order);
        let id = service.number().cast_signed();
        let nature = Nature::light("give an order to a service");
        let n_changed = self
            .writer
            .call(nature, move |session| {
                session.is_hint_due = true;
                session.execute(queries::SERVICE_ORDER, params![id, number])
            })
            .await?;
        if n_changed == 0 {
            return Err(Error::unknown_service("give an order to a service", service));
        }
        Ok(())
    }
}

fn read_orders(session: &mut Session<'_>, service: ServiceId, beat: &Beat) -> rusqlite::Result<Orders> {
    let id = service.number().cast_signed();
    let mut statement = session.connection.prepare_cached(queries::SERVICE_ORDERS)?;
    let Some(order) = statement.query_row([id], |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(Orders { unknown: true, lost: beat.running.clone(), ..Orders::default() });
    };
    let mut lost = Vec::new();
    for token in beat.running.iter().copied() {
        if token.service != service || held(session, token)?.is_none() {
            lost.push(token);
        }
    }
    let mut statement = session.connection.prepare_cached(queries::CANCEL_ASKED)?;
    let cancel =
        statement.query_map([id], |row| Ok(row.get::<_, JobKey>(0)?.to_id()))?.collect::<rusqlite::Result<_>>()?;
    Ok(Orders { order: given_order(order), cancel, lost, unknown: false })
}

/// The column `orders` is four times the number of the order, plus what it asks.
const ORDER_BITS: i64 = 2;

fn order_number(order: ServiceOrder) -> i64 {
    match order {
        ServiceOrder::Quiet => 1,
        ServiceOrder::Stop => 2,
        ServiceOrder::Resume => 3,
    }
}

fn given_order(column: i64) -> Option<GivenOrder> {
    let known = [ServiceOrder::Quiet, ServiceOrder::Stop, ServiceOrder::Resume];
    let asked = column & ((1 << ORDER_BITS) - 1);
    let order = known.into_iter().find(|order| order_number(*order) == asked)?;
    // Earlier releases wrote what is asked and no number.
    let number = (column >> ORDER_BITS).cast_unsigned().max(1);
    Some(GivenOrder { number, order })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_with_their_numbers() {
        assert_eq!(given_order(0), None);
        assert_eq!(given_order(1), Some(GivenOrder { number: 1, order: ServiceOrder::Quiet }));
        assert_eq!(given_order(4 + 1), Some(GivenOrder { number: 1, order: ServiceOrder::Quiet }));
        assert_eq!(given_order(2 * 4 + 3), Some(GivenOrder { number: 2, order: ServiceOrder::Resume }));
        assert_eq!(given_order(3 * 4 + 2), Some(GivenOrder { number: 3, order: ServiceOrder::Stop }));
    }
}
