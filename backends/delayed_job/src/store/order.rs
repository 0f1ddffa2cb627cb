//! The verb *order*.

use egret_core::{Error, ErrorKind, Result, ServiceId, ServiceOrder, words};

use super::Store;

const ORDER: &str = include_str!("../../queries/ours/order.sql");

impl Store {
    pub(super) async fn order_service(&self, id: ServiceId, order: ServiceOrder) -> Result<()> {
        let mut step = self.begin().await?;
        let Some(known) = self.known(&mut step, id).await? else {
            return Err(match self.strangers(&mut step).await?.iter().any(|stranger| stranger.record.id == id) {
                true => Error::new(
                    ErrorKind::Conflict,
                    words!(
                        "database-ruby-worker",
                        "`{id}` is a worker of Ruby's, which takes no orders by the table: send its process a signal",
                        id = id
                    ),
                ),
                false => Error::unknown_service("give an order to a service", id),
            });
        };
        // Nothing takes a stop back.
        if known.order.is_none_or(|given| given.order != ServiceOrder::Stop) {
            let number = known.order.map_or(0, |given| given.number) + 1;
            step.tell_ours(ORDER, vec![number.into(), order.as_str().into(), id.to_string().into()]).await?;
        }
        step.commit().await
    }
}
