//! Walking a b-tree from its root.

use super::cell::Cell;
use super::image::Image;
use super::page::Page;
use super::page_set::PageSet;

/// SQLite itself refuses deeper trees (SQLite 3.51.3, `src/btreeInt.h`, `BTCURSOR_MAX_DEPTH`).
const MOST_LEVELS: usize = 20;

/// What of a tree can be reached.
#[derive(Debug)]
pub(super) struct Tree {
    /// Its pages, as far as they are what they should be.
    pub(super) pages: Vec<u32>,
    /// Whether nothing of it is missing.
    pub(super) is_whole: bool,
}

/// Walks from the root. `seen` has the pages of all walks, of which none may be in two trees.
pub(super) fn walk(image: &Image, root: u32, seen: &mut PageSet) -> Tree {
    let mut tree = Tree { pages: Vec::new(), is_whole: true };
    let is_table = Page::read(image, root).map(|page| page.kind.is_table());
    let mut left = vec![(root, 0)];
    while let Some((number, level)) = left.pop() {
        let page = Page::read(image, number)
            .filter(|page| page.is_well_formed && Some(page.kind.is_table()) == is_table && level < MOST_LEVELS);
        let (true, Some(page)) = (seen.insert(number), page) else {
            tree.is_whole = false;
            continue;
        };
        tree.pages.push(number);
        if let Some(last) = page.last_child {
            left.push((last, level + 1));
            for place in &page.cells {
                match Cell::read(&page, *place).and_then(|cell| cell.child) {
                    Some(child) => left.push((child, level + 1)),
                    None => tree.is_whole = false,
                }
            }
        }
    }
    tree
}
