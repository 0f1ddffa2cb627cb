//! Committed pages of a write-ahead log, read without SQLite.
//!
//! Written after "WAL-mode File Format" (<https://www.sqlite.org/walformat.html>) and section 4 of "Database File Format"
//! (<https://www.sqlite.org/fileformat2.html>).

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The first word of a log; the last bit tells the order of bytes of the checksums.
const MAGIC: u32 = 0x377f_0682;

/// The pages of all whole commits of a log, each as it was written last.
#[derive(Debug)]
pub(super) struct LogPages {
    pub(super) page_bytes: usize,
    /// Where in the log each page is.
    pub(super) places: BTreeMap<u32, u64>,
    /// Pages of the database after the last commit.
    pub(super) n_pages: u32,
}

impl LogPages {
    /// Everything up to the first frame that does not belong to this log; `None` without a single whole commit.
    pub(super) fn read(log: &File) -> io::Result<Option<Self>> {
        let mut header = [0; HEADER_BYTES];
        if log.metadata()?.len() < HEADER_BYTES as u64 {
            return Ok(None);
        }
        log.read_exact_at(&mut header, 0)?;
        let Some(form) = Form::of(&header) else { return Ok(None) };
        let mut pages = Self { page_bytes: form.page_bytes, places: BTreeMap::new(), n_pages: 0 };
        let mut frame = vec![0; FRAME_HEADER_BYTES + form.page_bytes];
        let (mut sum, mut place, mut uncommitted) = (form.sum, HEADER_BYTES as u64, Vec::new());
        // The log ends with a frame that is cut short, or that an earlier round of the log left.
        while log.read_exact_at(&mut frame, place).is_ok() {
            let Some(next) = form.next_sum(sum, &frame) else { break };
            uncommitted.push((word(&frame, 0), place + FRAME_HEADER_BYTES as u64));
            if word(&frame, 4) != 0 {
                pages.n_pages = word(&frame, 4);
                pages.places.extend(uncommitted.drain(..));
            }
            (sum, place) = (next, place + frame.len() as u64);
        }
        Ok((pages.n_pages > 0).then_some(pages))
    }
}

/// What the header tells of all frames.
struct Form {
    page_bytes: usize,
    is_big_endian: bool,
    salts: [u8; 8],
    sum: (u32, u32),
}

impl Form {
    fn of(header: &[u8; HEADER_BYTES]) -> Option<Self> {
        let is_big_endian = word(header, 0) & 1 == 1;
        let page_bytes = usize::try_from(word(header, 8)).ok()?;
        let sum = checksum((0, 0), header.get(..24)?, is_big_endian);
        let is_sound = word(header, 0) & !1 == MAGIC
            && (512..=65_536).contains(&page_bytes)
            && page_bytes.is_power_of_two()
            && sum == (word(header, 24), word(header, 28));
        let salts = header.get(16..24)?.try_into().ok()?;
        is_sound.then_some(Self { page_bytes, is_big_endian, salts, sum })
    }

    /// The checksum behind a frame, if the frame belongs to the log.
    fn next_sum(&self, sum: (u32, u32), frame: &[u8]) -> Option<(u32, u32)> {
        let sum = checksum(sum, frame.get(..8)?, self.is_big_endian);
        let sum = checksum(sum, frame.get(FRAME_HEADER_BYTES..)?, self.is_big_endian);
        let is_sound =
            frame.get(8..16)? == self.salts && sum == (word(frame, 16), word(frame, 20)) && word(frame, 0) > 0;
        is_sound.then_some(sum)
    }
}

/// Four bytes, the highest one first. The caller has that many.
fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn checksum(sum: (u32, u32), bytes: &[u8], is_big_endian: bool) -> (u32, u32) {
    let read = if is_big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
    let mut words = bytes.chunks_exact(4).filter_map(|bytes| bytes.try_into().ok()).map(read);
    let (mut one, mut two) = sum;
    while let (Some(first), Some(second)) = (words.next(), words.next()) {
        one = one.wrapping_add(first).wrapping_add(two);
        two = two.wrapping_add(second).wrapping_add(one);
    }
    (one, two)
}
