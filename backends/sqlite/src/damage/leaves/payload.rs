//! The whole content of a cell, with the pages onto which it overflows (section 1.6).

use super::bytes::four;
use super::cell::Content;
use super::image::Image;

/// So many times the pages of the file are read at most for chains of overflow pages.
const MOST_READINGS: u64 = 4;

/// Reads contents, with a bound on what all of them together cost: a hostile file can have many cells that share one long
/// chain.
#[derive(Debug)]
pub(super) struct Payloads<'a> {
    image: &'a Image,
    /// Overflow pages that may still be read.
    left: u64,
}

impl<'a> Payloads<'a> {
    pub(super) fn of(image: &'a Image) -> Self {
        Self { image, left: MOST_READINGS * u64::from(image.n_pages) }
    }

    /// All bytes of the content; `None` when its chain is broken, or longer than the file.
    pub(super) fn read(&mut self, content: &Content<'_>) -> Option<Vec<u8>> {
        if content.length > self.image.bytes() {
            return None;
        }
        let mut bytes = content.local.to_vec();
        let mut next = content.overflow;
        while let Some(number) = next {
            self.left = self.left.checked_sub(1)?;
            let page = self.image.page(number)?;
            let missing = content.length - bytes.len() as u64;
            let part = usize::try_from(missing).map_or(page.len(), |missing| page.len().min(missing + 4));
            bytes.extend(page.get(4..part)?);
            next = if (bytes.len() as u64) < content.length { Some(four(&page, 0)?) } else { None };
        }
        Some(bytes)
    }
}
