//! Tables without lines: what `cut` and `awk` read, too.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement};

use super::{Paint, Stream};

/// A table: names of columns, and rows.
#[derive(Debug)]
pub(in crate::cli) struct Table {
    table: comfy_table::Table,
    columns: Vec<Column>,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Column {
    /// Text, from the left.
    Text(&'static str),
    /// Numbers, to the right.
    Number(&'static str),
}

/// A field of a row.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Field {
    text: String,
    paint: Option<Paint>,
}

impl Table {
    pub(in crate::cli) fn new<const N: usize>(columns: [Column; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING);
        Self { table, columns: columns.to_vec() }
    }

    /// Adds a row; it has as many fields as there are columns.
    pub(in crate::cli) fn row<const N: usize>(&mut self, fields: [Field; N]) {
        debug_assert_eq!(N, self.columns.len(), "a field for each column");
        let cells = fields.into_iter().zip(&self.columns).map(|(field, column)| {
            let cell = Cell::new(field.text).set_alignment(column.alignment());
            field.paint.map_or(cell.clone(), |paint| cell.fg(paint.color()))
        });
        self.table.add_row(cells.collect::<Vec<_>>());
    }

    /// The text for a stream, without a line end; `None` when there are no rows.
    pub(super) fn render(mut self, stream: Stream) -> Option<String> {
        if self.table.is_empty() {
            return None;
        }
        let header = self
            .columns
            .iter()
            .map(|column| Cell::new(column.name()).set_alignment(column.alignment()).add_attribute(Attribute::Bold));
        self.table.set_header(header.collect::<Vec<_>>());
        match stream.is_coloured() {
            true => self.table.enforce_styling(),
            false => self.table.force_no_tty(),
        };
        // Without a terminal a row is a line, however long.
        let arrangement = if stream.is_terminal() { ContentArrangement::Dynamic } else { ContentArrangement::Disabled };
        self.table.set_content_arrangement(arrangement);
        for column in self.table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        Some(self.table.trim_fmt())
    }
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Number(name) => name,
        }
    }

    fn alignment(self) -> CellAlignment {
        match self {
            Self::Text(_) => CellAlignment::Left,
            Self::Number(_) => CellAlignment::Right,
        }
    }
}

impl Field {
    pub(in crate::cli) fn new(value: impl ToString) -> Self {
        Self { text: one_line(&value.to_string()), paint: None }
    }

    pub(in crate::cli) fn painted(value: impl ToString, paint: Paint) -> Self {
        Self { paint: Some(paint), ..Self::new(value) }
    }
}

/// Names come from other programs: what would break the line or drive the terminal is shown escaped.
pub(in crate::cli) fn one_line(text: &str) -> String {
    text.chars()
        .flat_map(|letter| if letter.is_control() { letter.escape_default().collect() } else { vec![letter] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new([Column::Text("NAME"), Column::Number("N"), Column::Text("LAST")]);
        table.row([Field::new("白鷺"), Field::new(7), Field::new("x")]);
        table.row([Field::painted("b\x1b[31m", Paint::Bad), Field::new(1234), Field::new("")]);
        table
    }

    #[test]
    fn aligns_columns_and_leaves_no_space_at_the_end() {
        let text = table().render(Stream::coloured(false)).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            ["NAME            N  LAST", "白鷺            7  x", "b\\u{1b}[31m  1234"]
        );
    }

    #[test]
    fn has_colours_only_where_they_are_wanted() {
        assert!(table().render(Stream::coloured(true)).unwrap().contains('\x1b'));
        assert!(!table().render(Stream::coloured(false)).unwrap().contains('\x1b'));
    }

    #[test]
    fn an_empty_table_is_nothing() {
        assert_eq!(Table::new([Column::Text("NAME")]).render(Stream::coloured(false)), None);
    }
}
