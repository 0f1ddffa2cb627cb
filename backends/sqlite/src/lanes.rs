//! Lanes: the jobs of one class in one queue, and how many of them are in each state.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use crate::queries;
use crate::state_code::StateCode;

/// Figures of one lane, by state.
pub(crate) type Figures = [i64; StateCode::COUNT];

#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) id: i64,
    pub(crate) queue: Arc<str>,
    pub(crate) class: Arc<str>,
    /// With what the present transaction has moved.
    pub(crate) figures: Figures,
    /// When the first reserved job becomes due, or an earlier time; `None` if nobody has looked yet.
    pub(crate) next_reserved: Option<i64>,
    /// What the present transaction has moved.
    moved: Figures,
}

impl Lane {
    pub(crate) fn count(&self, state: StateCode) -> i64 {
        self.figures[state as usize]
    }

    /// Jobs that wait for their time.
    pub(crate) fn n_reserved(&self) -> i64 {
        self.count(StateCode::Scheduled) + self.count(StateCode::Retryable)
    }

    /// Jobs that are not terminal.
    pub(crate) fn n_live(&self) -> i64 {
        self.figures[..StateCode::Completed as usize].iter().sum()
    }
}

/// Every lane of a store as of one transaction.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: Vec<Lane>,
    by_id: HashMap<i64, usize>,
    by_name: HashMap<Arc<str>, HashMap<Arc<str>, usize>>,
    /// Place of the lane that was asked for last.
    last_resolved: usize,
}

impl Lanes {
    /// Reads lanes that are new and the figures of all.
    pub(crate) fn load(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(queries::LANES)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let place = match self.by_id.get(&id) {
                Some(place) => *place,
                None => self.add(id, row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?),
            };
            self.lanes[place].figures = figures(row)?;
            self.lanes[place].moved = Figures::default();
            self.lanes[place].next_reserved = None;
        }
        Ok(())
    }

    /// The lane of a queue and class, made if there is none.
    pub(crate) fn resolve(&mut self, connection: &Connection, queue: &str, class: &str) -> rusqlite::Result<i64> {
        // Jobs that are enqueued one after the other are mostly of one kind.
        if let Some(lane) = self.lanes.get(self.last_resolved)
            && *lane.queue == *queue
            && *lane.class == *class
        {
            return Ok(lane.id);
        }
        if let Some(place) = self.by_name.get(queue).and_then(|classes| classes.get(class)) {
            self.last_resolved = *place;
            return Ok(self.lanes[*place].id);
        }
        let mut statement = connection.prepare_cached(queries::LANE_INSERT)?;
        let id = statement.query_row(params![queue, class], |row| row.get(0))?;
        self.add(id, queue, class);
        Ok(id)
    }

    /// Moves `n` jobs into (or, negative, out of) a state.
    pub(crate) fn shift(&mut self, lane: i64, state: StateCode, n: i64) {
        let Some(lane) = self.get_mut(lane) else { return };
        lane.figures[state as usize] += n;
        lane.moved[state as usize] += n;
    }

    /// Writes what was moved.
    pub(crate) fn flush(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        for lane in self.lanes.iter_mut().filter(|lane| lane.moved != Figures::default()) {
            let [scheduled, retryable, available, suspect, claimed, blocked, completed, cancelled, discarded] =
                lane.moved;
            connection.prepare_cached(queries::LANE_MOVE)?.execute(params![
                lane.id, scheduled, retryable, available, suspect, claimed, blocked, completed, cancelled, discarded
            ])?;
            lane.moved = Figures::default();
        }
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.iter()
    }

    pub(crate) fn get(&self, id: i64) -> Option<&Lane> {
        self.place(id).map(|place| &self.lanes[place])
    }

    pub(crate) fn get_mut(&mut self, id: i64) -> Option<&mut Lane> {
        self.place(id).map(|place| &mut self.lanes[place])
    }

    fn place(&self, id: i64) -> Option<usize> {
        // Ids are given without gaps and lanes are read in their order, so the guess is nearly always right.
        let guess = usize::try_from(id.wrapping_sub(1)).ok();
        let guess = guess.filter(|place| self.lanes.get(*place).is_some_and(|lane| lane.id == id));
        guess.or_else(|| self.by_id.get(&id).copied())
    }

    /// Lanes of one queue.
    pub(crate) fn of_queue(&self, queue: &str) -> impl Iterator<Item = &Lane> {
        self.by_name.get(queue).into_iter().flat_map(|classes| classes.values()).map(|place| &self.lanes[*place])
    }

    /// Names of queues.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &Arc<str>> {
        self.by_name.keys()
    }

    fn add(&mut self, id: i64, queue: &str, class: &str) -> usize {
        let place = self.lanes.len();
        let queue = self.by_name.get_key_value(queue).map_or_else(|| queue.into(), |(name, _)| Arc::clone(name));
        let class: Arc<str> = class.into();
        self.by_id.insert(id, place);
        self.by_name.entry(Arc::clone(&queue)).or_default().insert(Arc::clone(&class), place);
        self.lanes.push(Lane {
            id,
            queue,
            class,
            figures: Figures::default(),
            next_reserved: None,
            moved: Figures::default(),
        });
        place
    }
}

fn figures(row: &Row<'_>) -> rusqlite::Result<Figures> {
    let mut figures = Figures::default();
    for (place, figure) in figures.iter_mut().enumerate() {
        *figure = row.get(place + 3)?;
    }
    Ok(figures)
}
