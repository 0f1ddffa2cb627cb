//! Cells of b-trees (section 1.6): a row, or where to go on.

use super::bytes::{four, varint};
use super::page::{Kind, Page};

/// One cell of a page.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    /// The page of what comes before this cell.
    pub(super) child: Option<u32>,
    /// The number of the row, in a table whose rows have one.
    pub(super) number: Option<i64>,
    /// None in the inner pages of a table with numbers.
    pub(super) content: Option<Content<'a>>,
}

/// Where the columns of a row are.
#[derive(Debug)]
pub(super) struct Content<'a> {
    /// All of it, in bytes.
    pub(super) length: u64,
    /// What is in the page itself.
    pub(super) local: &'a [u8],
    /// The first page of the rest.
    pub(super) overflow: Option<u32>,
}

impl<'a> Cell<'a> {
    pub(super) fn read(page: &'a Page, place: usize) -> Option<Self> {
        let (child, place) = match page.kind.is_inner() {
            true => (Some(four(&page.bytes, place)?), place + 4),
            false => (None, place),
        };
        if page.kind == Kind::TableInner {
            let (number, _) = varint(&page.bytes, place)?;
            return Some(Self { child, number: Some(number.cast_signed()), content: None });
        }
        let (length, place) = varint(&page.bytes, place)?;
        let (number, place) = match page.kind {
            Kind::TableLeaf => varint(&page.bytes, place).map(|(number, place)| (Some(number.cast_signed()), place))?,
            _ => (None, place),
        };
        let content = Content::read(page, length, place)?;
        Some(Self { child, number, content: Some(content) })
    }
}

impl<'a> Content<'a> {
    fn read(page: &'a Page, length: u64, place: usize) -> Option<Self> {
        let n_local = local_bytes(page.bytes.len(), page.kind.is_table(), length)?;
        let behind = place.checked_add(n_local)?;
        let local = page.bytes.get(place..behind)?;
        let overflow = if n_local as u64 == length { None } else { Some(four(&page.bytes, behind)?) };
        Some(Self { length, local, overflow })
    }
}

/// How many of so many bytes are in the page itself ("Calculation of the amount of payload", section 1.6).
fn local_bytes(usable: usize, is_table: bool, length: u64) -> Option<usize> {
    let (usable, length) = (u64::try_from(usable).ok()?, length);
    let least = (usable - 12) * 32 / 255 - 23;
    let most = if is_table { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
    let local = match length <= most {
        true => length,
        false => {
            let fitting = least + (length - least) % (usable - 4);
            if fitting <= most { fitting } else { least }
        }
    };
    usize::try_from(local).ok()
}
