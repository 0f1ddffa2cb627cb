//! Pages that are not in use (section 1.5). They still hold what they held last.

use super::bytes::four;
use super::image::Image;
use super::page_set::PageSet;

/// The pages of the free list.
#[derive(Debug)]
pub(super) struct FreeList {
    pub(super) pages: PageSet,
    /// Whether they are as many as the header of the file says.
    pub(super) is_whole: bool,
}

impl FreeList {
    pub(super) fn read(image: &Image) -> Self {
        let mut list = Self { pages: PageSet::none_of(image.n_pages), is_whole: false };
        let Some((mut trunk, n_pages)) = image.free else { return list };
        let mut n_found = 0;
        while trunk != 0 {
            // A page that is listed twice would be a circle.
            let Some(page) = image.page(trunk).filter(|_| list.pages.insert(trunk)) else { return list };
            let Some((next, leaves)) = leaves_of(&page, image.n_pages) else { return list };
            n_found += 1;
            for leaf in leaves {
                n_found += u32::from(list.pages.insert(leaf));
            }
            trunk = next;
        }
        list.is_whole = n_found == n_pages;
        list
    }
}

/// The next trunk and the free pages that this one names, unless it names what cannot be.
fn leaves_of(page: &[u8], n_pages: u32) -> Option<(u32, Vec<u32>)> {
    let (next, n_leaves) = (four(page, 0)?, usize::try_from(four(page, 4)?).ok()?);
    if n_leaves > page.len() / 4 - 2 {
        return None;
    }
    let leaves: Vec<u32> = (0..n_leaves).map_while(|place| four(page, 8 + 4 * place)).collect();
    let is_possible = leaves.iter().all(|leaf| (2..=n_pages).contains(leaf));
    is_possible.then_some((next, leaves))
}
