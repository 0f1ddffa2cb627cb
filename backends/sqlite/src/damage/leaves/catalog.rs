//! Where the trees of tables and indexes begin, as the schema tells (section 2.6).

use rusqlite::types::Value;

use super::cell::Cell;
use super::image::Image;
use super::page::{Kind, Page};
use super::page_set::PageSet;
use super::payload::Payloads;
use super::record::columns;
use super::tree::{Tree, walk};

/// The trees of a file, as far as its schema can be read.
#[derive(Debug)]
pub(super) struct Catalog {
    trees: Vec<(String, Tree)>,
    /// Pages of trees that are whole, of which every row is known already.
    pub(super) settled: PageSet,
}

impl Catalog {
    pub(super) fn read(image: &Image, payloads: &mut Payloads<'_>, incomplete: &[String]) -> Self {
        let mut seen = PageSet::none_of(image.n_pages);
        let schema = walk(image, 1, &mut seen);
        let mut roots = Vec::new();
        for page in schema.pages.iter().filter_map(|number| Page::read(image, *number)) {
            roots.extend(page.cells.iter().filter_map(|place| root(image, payloads, &page, *place)));
        }
        let trees: Vec<(String, Tree)> =
            roots.into_iter().map(|(name, root)| (name, walk(image, root, &mut seen))).collect();
        let mut settled = PageSet::none_of(image.n_pages);
        for page in trees
            .iter()
            .filter(|(name, _)| !incomplete.contains(name))
            .map(|(_, tree)| tree)
            .chain([&schema])
            .filter(|tree| tree.is_whole)
            .flat_map(|tree| &tree.pages)
        {
            settled.insert(*page);
        }
        Self { trees, settled }
    }

    /// The numbers of all rows that an index lists, in order; `None` unless all of it can be read.
    pub(super) fn listed_by(&self, image: &Image, payloads: &mut Payloads<'_>, index: &str) -> Option<Vec<i64>> {
        let (_, tree) = self.trees.iter().find(|(name, tree)| name == index && tree.is_whole)?;
        let mut numbers = Vec::new();
        for page in &tree.pages {
            let page = Page::read(image, *page)?;
            for place in &page.cells {
                let content = Cell::read(&page, *place)?.content?;
                match columns(&payloads.read(&content)?, image.encoding)?.last()? {
                    Value::Integer(number) => numbers.push(*number),
                    _ => return None,
                }
            }
        }
        numbers.sort_unstable();
        Some(numbers)
    }
}

/// A row of the schema: type, name, name of the table, root page, text.
fn root(image: &Image, payloads: &mut Payloads<'_>, page: &Page, place: usize) -> Option<(String, u32)> {
    if page.kind != Kind::TableLeaf {
        return None;
    }
    let content = Cell::read(page, place)?.content?;
    match columns(&payloads.read(&content)?, image.encoding)?.as_slice() {
        [_, Value::Text(name), _, Value::Integer(root), _] if *root > 0 => {
            Some((name.clone(), u32::try_from(*root).ok()?))
        }
        _ => None,
    }
}
