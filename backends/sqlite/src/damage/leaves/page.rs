//! Pages of b-trees (section 1.6).

use super::bytes::{four, two};
use super::image::Image;

/// What a page is in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    TableInner,
    TableLeaf,
    IndexInner,
    IndexLeaf,
}

impl Kind {
    fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            0x02 => Self::IndexInner,
            0x05 => Self::TableInner,
            0x0a => Self::IndexLeaf,
            0x0d => Self::TableLeaf,
            _ => return None,
        })
    }

    /// Whether rows have numbers; else they are in the order of their columns.
    pub(super) const fn is_table(self) -> bool {
        matches!(self, Self::TableInner | Self::TableLeaf)
    }

    pub(super) const fn is_inner(self) -> bool {
        matches!(self, Self::TableInner | Self::IndexInner)
    }
}

/// A page with the places of its cells.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) kind: Kind,
    pub(super) bytes: Vec<u8>,
    /// Those that lie within the page.
    pub(super) cells: Vec<usize>,
    /// The child behind all cells, if the page has children.
    pub(super) last_child: Option<u32>,
    /// Whether all of its cells lie within it.
    pub(super) is_well_formed: bool,
}

impl Page {
    /// The page, if it looks like one of a b-tree.
    pub(super) fn read(image: &Image, number: u32) -> Option<Self> {
        // The first page begins with the header of the file.
        let start = if number == 1 { 100 } else { 0 };
        Self::parse(image.page(number)?, start)
    }

    fn parse(bytes: Vec<u8>, start: usize) -> Option<Self> {
        let kind = Kind::of(*bytes.get(start)?)?;
        let n_cells = two(&bytes, start + 3)?;
        let last_child = if kind.is_inner() { Some(four(&bytes, start + 8)?) } else { None };
        let list = start + if kind.is_inner() { 12 } else { 8 };
        let behind_list = list + 2 * n_cells;
        let places = (0..n_cells).map_while(|cell| two(&bytes, list + 2 * cell));
        let cells: Vec<usize> = places.filter(|place| (behind_list..bytes.len()).contains(place)).collect();
        let is_well_formed = cells.len() == n_cells;
        Some(Self { kind, bytes, cells, last_child, is_well_formed })
    }
}
