//! Tables without lines: what `cut` and `awk` read, too.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement};

use super::{Paint, Stream};

/// A table: names of columns, and rows.
#[derive(Debug)]
pub struct Table {
    table: comfy_table::Table,
    columns: Vec<(String, CellAlignment)>,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// Text, from the left.
    Text(&'a str),
    /// Numbers, to the right.
    Number(&'a str),
}

/// A field of a row.
#[derive(Clone, Debug)]
pub struct Field {
    text: String,
    paint: Option<Paint>,
}

impl Table {
    /// A table without rows.
    pub fn new<const N: usize>(columns: [Column<'_>; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING);
        let columns = columns.into_iter().map(|column| (column.name().to_owned(), column.alignment())).collect();
        Self { table, columns }
    }

    /// Adds a row; it has as many fields as there are columns.
    pub fn row<const N: usize>(&mut self, fields: [Field; N]) {
        debug_assert_eq!(N, self.columns.len(), "a field for each column");
        let cells = fields.into_iter().zip(&self.columns).map(|(field, (_, alignment))| {
            let cell = Cell::new(field.text).set_alignment(*alignment);
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
            .map(|(name, alignment)| Cell::new(name).set_alignment(*alignment).add_attribute(Attribute::Bold));
        self.table.set_header(header.collect::<Vec<_>>());
        match stream.is_coloured() {
            true => self.table.enforce_styling(),
            false => self.table.force_no_tty(),
        };
        // Without a terminal a row is a line, however long; so it is where the terminal does not know its width.
        let has_width = stream.is_terminal() && self.table.width().is_some_and(|width| width > 0);
        let arrangement = if has_width { ContentArrangement::Dynamic } else { ContentArrangement::Disabled };
        self.table.set_content_arrangement(arrangement);
        for column in self.table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        Some(self.table.trim_fmt())
    }
}

impl<'a> Column<'a> {
    fn name(self) -> &'a str {
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
    /// A value on one line: what would break the line or drive the terminal is escaped.
    pub fn new(value: impl ToString) -> Self {
        Self { text: one_line(&value.to_string()), paint: None }
    }

    /// The same in a colour, on a terminal that has colours.
    pub fn painted(value: impl ToString, paint: Paint) -> Self {
        Self { paint: Some(paint), ..Self::new(value) }
    }
}

/// Names come from other programs: what would break the line or drive the terminal is shown escaped.
pub(in crate::cli) fn one_line(text: &str) -> String {
    shown(text, |_| false)
}

/// The same for a text of several lines.
pub(super) fn lines(text: &str) -> String {
    shown(text, |letter| letter == '\n')
}

fn shown(text: &str, is_wanted: impl Fn(char) -> bool) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, letter| {
        match (letter.is_control() || turns_direction(letter)) && !is_wanted(letter) {
            true => shown.extend(letter.escape_default()),
            false => shown.push(letter),
        }
        shown
    })
}

/// Invisible letters by which text reads in another order than it has (Unicode 15, annex 9, explicit directional
/// formatting): a name could look like another one.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Letters of a name of others that a row of a table shows.
const LONGEST: usize = 80;

/// A name of others for a row of a table, cut where it is so long that it would hide the rest.
pub(in crate::cli) fn cut(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// A name of ours with spaces behind it, so that what follows begins in one column.
pub(in crate::cli) fn padded(name: &str, n_columns: usize) -> String {
    // Letters of East Asian scripts take two columns each.
    let taken: usize = name.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    format!("{name}{}", " ".repeat(n_columns.saturating_sub(taken).max(1)))
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
    fn what_drives_a_terminal_or_turns_the_direction_is_shown_escaped() {
        assert_eq!(one_line("a\x1b[2J\nb\u{202e}c\u{9b}d 白鷺"), r"a\u{1b}[2J\nb\u{202e}c\u{9b}d 白鷺");
        assert_eq!(lines("a\x07\nb"), "a\\u{7}\nb");
    }

    #[test]
    fn has_colours_only_where_they_are_wanted() {
        assert!(table().render(Stream::coloured(true)).unwrap().contains('\x1b'));
        assert!(!table().render(Stream::coloured(false)).unwrap().contains('\x1b'));
    }

    #[test]
    fn long_names_are_cut_between_letters() {
        assert_eq!(cut("A(1)"), "A(1)");
        let cut = cut(&"鷺".repeat(100));
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn an_empty_table_is_nothing() {
        assert_eq!(Table::new([Column::Text("NAME")]).render(Stream::coloured(false)), None);
    }
}
