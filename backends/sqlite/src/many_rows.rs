//! Statements that insert several rows at once.
//!
//! Most of what SQLite does for a row is to begin and end the statement, and to look for the place in each tree from its
//! root. A statement for several rows does it once.

use std::sync::OnceLock;

/// An `INSERT` of one row, made into one of several: its values numbered on from row to row.
#[derive(Debug)]
pub(crate) struct ManyRows {
    one: &'static str,
    many: OnceLock<String>,
}

impl ManyRows {
    /// Rows in the statement.
    pub(crate) const ROWS: usize = 16;

    /// The statement of one row: `… VALUES (?1, ?2, …)` and whatever follows.
    pub(crate) const fn of(one: &'static str) -> Self {
        Self { one, many: OnceLock::new() }
    }

    /// The statement of [`ROWS`](Self::ROWS) rows. Values are bound row by row, each row's in its own order.
    pub(crate) fn sql(&self) -> &str {
        self.many.get_or_init(|| many(self.one))
    }
}

fn many(one: &str) -> String {
    let (head, rest) = one.split_once("VALUES (").expect("the statement has values");
    let (values, tail) = rest.split_once(')').expect("the values end");
    let numbers: Vec<usize> = values.split(", ").filter_map(|value| value.strip_prefix('?')?.parse().ok()).collect();
    let most = numbers.iter().copied().max().unwrap_or(0);
    let row = |before: usize| {
        let places: Vec<String> = numbers.iter().map(|number| format!("?{}", before + number)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..ManyRows::ROWS).map(|number| row(number * most)).collect();
    format!("{head}VALUES {}{tail}", rows.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_the_values_on_from_row_to_row() {
        let sql = many("INSERT INTO t (a, b, c) VALUES (?1, ?2, ?1) ON CONFLICT (a) DO NOTHING");
        assert!(sql.starts_with("INSERT INTO t (a, b, c) VALUES (?1, ?2, ?1), (?3, ?4, ?3), (?5, ?6, ?5), "), "{sql}");
        assert!(sql.ends_with(", (?31, ?32, ?31) ON CONFLICT (a) DO NOTHING"), "{sql}");
    }
}
