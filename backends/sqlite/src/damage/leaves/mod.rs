//! Rows that no query reaches any more: those on whole leaves below a destroyed inner page.
//!
//! Written after "Database File Format" (<https://www.sqlite.org/fileformat2.html>, sections 1.3 to 1.6 and 2.1). The file
//! is read page by page. Whatever b-tree a page belonged to, its rows tell by their columns of which table they are
//! (`shape`). Three kinds of pages are passed over: those of trees that are whole, whose rows are known already; free ones,
//! which still hold rows that were deleted; and overflow pages, which begin with the high byte of a page number where others
//! have their kind.
//!
//! What the file says is believed only as far as it was checked: every offset, length and page number is bounded, no page
//! is walked twice, and chains of overflow pages together read no more than a few times the file.

mod bytes;
mod catalog;
mod cell;
mod free_list;
mod image;
mod page;
mod page_set;
mod payload;
mod record;
mod recover;
mod shape;
mod tree;

#[cfg(test)]
mod tests;

pub(super) use recover::{Evidence, recover};
