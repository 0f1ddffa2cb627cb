//! The file that is read, page by page.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::bytes::{four, two};

/// SQLite's page size when nobody has chosen another, for files of which the header is destroyed.
const USUAL_PAGE_BYTES: usize = 4096;
/// The header of the file (section 1.3).
const HEADER_BYTES: usize = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";

/// How text is stored (section 1.3.13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
}

/// A database file of which nothing is sure.
#[derive(Debug)]
pub(super) struct Image {
    file: File,
    page_bytes: usize,
    /// What of a page is not set aside for extensions.
    pub(super) usable: usize,
    pub(super) n_pages: u32,
    pub(super) encoding: Encoding,
    /// The first page of the free list and the number of pages on it, unless the header is destroyed.
    pub(super) free: Option<(u32, u32)>,
}

impl Image {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut header = [0; HEADER_BYTES];
        let is_read = file.read_exact_at(&mut header, 0).is_ok();
        let form = Form::of(&header).filter(|_| is_read);
        let Form { page_bytes, reserved, encoding, free } = form.unwrap_or(Form::unknown());
        let n_pages = u32::try_from(length / page_bytes as u64).unwrap_or(u32::MAX - 1);
        Ok(Self { file, page_bytes, usable: page_bytes - reserved, n_pages, encoding, free })
    }

    /// The bytes of a page, from 1.
    pub(super) fn page(&self, number: u32) -> Option<Vec<u8>> {
        let place = u64::from(number.checked_sub(1)?).checked_mul(self.page_bytes as u64)?;
        if number > self.n_pages {
            return None;
        }
        let mut bytes = vec![0; self.page_bytes];
        self.file.read_exact_at(&mut bytes, place).ok()?;
        bytes.truncate(self.usable);
        Some(bytes)
    }

    pub(super) fn bytes(&self) -> u64 {
        u64::from(self.n_pages) * self.page_bytes as u64
    }
}

/// What the header tells.
struct Form {
    page_bytes: usize,
    reserved: usize,
    encoding: Encoding,
    free: Option<(u32, u32)>,
}

impl Form {
    const fn unknown() -> Self {
        Self { page_bytes: USUAL_PAGE_BYTES, reserved: 0, encoding: Encoding::Utf8, free: None }
    }

    fn of(header: &[u8]) -> Option<Self> {
        let page_bytes = match two(header, 16)? {
            1 => 65_536,
            bytes => bytes,
        };
        let reserved = usize::from(*header.get(20)?);
        // At least 480 bytes of a page are usable.
        if !header.starts_with(MAGIC) || !page_bytes.is_power_of_two() || page_bytes < 512 + reserved.saturating_sub(32)
        {
            return None;
        }
        let encoding = match four(header, 56)? {
            2 => Encoding::Utf16LittleEndian,
            3 => Encoding::Utf16BigEndian,
            _ => Encoding::Utf8,
        };
        Some(Self { page_bytes, reserved, encoding, free: Some((four(header, 32)?, four(header, 36)?)) })
    }
}
