//! Numbers in a page. Whatever lies outside of it is `None`.

/// Two bytes, the higher one first.
pub(super) fn two(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_be_bytes(bytes.try_into().ok()?)))
}

/// Four bytes, the highest one first: mostly the number of a page.
pub(super) fn four(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// A number of one to nine bytes (section 1.6), and the place behind it.
pub(super) fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for place in 0..8 {
        let byte = *bytes.get(at.checked_add(place)?)?;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at + place + 1));
        }
    }
    // The ninth byte has all eight of its bits.
    let last = *bytes.get(at.checked_add(8)?)?;
    Some((value << 8 | u64::from(last), at + 9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_their_place_and_nowhere_else() {
        let bytes = [0x01, 0x02, 0x03, 0x04, 0x05];
        assert_eq!(two(&bytes, 3), Some(0x0405));
        assert_eq!(two(&bytes, 4), None);
        assert_eq!(four(&bytes, 1), Some(0x0203_0405));
        assert_eq!(four(&bytes, 2), None);
        assert_eq!(four(&bytes, usize::MAX), None);
    }

    #[test]
    fn numbers_of_every_length_are_read() {
        assert_eq!(varint(&[0x7f], 0), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0x00], 0), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9], 0), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0xff; 8], 0), None, "it is cut short");
        assert_eq!(varint(&[], 0), None);
    }
}
