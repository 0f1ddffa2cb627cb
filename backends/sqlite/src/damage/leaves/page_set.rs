//! Sets of pages of one file.

/// A bit for each page.
#[derive(Clone, Debug)]
pub(super) struct PageSet {
    bits: Vec<u64>,
}

impl PageSet {
    /// None of so many pages.
    pub(super) fn none_of(n_pages: u32) -> Self {
        Self { bits: vec![0; n_pages as usize / 64 + 1] }
    }

    /// Puts a page in, and answers whether it was new. A page that the file does not have is not.
    pub(super) fn insert(&mut self, page: u32) -> bool {
        let Some(bits) = self.bits.get_mut(page as usize / 64) else { return false };
        let bit = 1 << (page % 64);
        let is_new = *bits & bit == 0;
        *bits |= bit;
        is_new
    }

    pub(super) fn contains(&self, page: u32) -> bool {
        self.bits.get(page as usize / 64).is_some_and(|bits| bits & 1 << (page % 64) != 0)
    }
}
