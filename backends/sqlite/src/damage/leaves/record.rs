//! The columns of a row (section 2.1).

use rusqlite::types::Value;

use super::bytes::varint;
use super::image::Encoding;

/// No table or index that is looked for has more columns.
const MOST_COLUMNS: usize = 32;

/// The columns in their order; `None` when the bytes are no row, or one with very many columns.
pub(super) fn columns(bytes: &[u8], encoding: Encoding) -> Option<Vec<Value>> {
    let (length, mut place) = varint(bytes, 0)?;
    let mut content = usize::try_from(length).ok().filter(|length| *length <= bytes.len())?;
    let end_of_types = content;
    let mut values = Vec::new();
    while place < end_of_types {
        let (serial_type, behind) = varint(bytes, place)?;
        let n_bytes = length_of(serial_type)?;
        let end = content.checked_add(n_bytes)?;
        values.push(value(serial_type, bytes.get(content..end)?, encoding)?);
        if values.len() > MOST_COLUMNS {
            return None;
        }
        (place, content) = (behind, end);
    }
    (place == end_of_types && content == bytes.len()).then_some(values)
}

/// How many bytes a value takes.
fn length_of(serial_type: u64) -> Option<usize> {
    Some(match serial_type {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(serial_type).ok()?,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => usize::try_from((serial_type - 12) / 2).ok()?,
    })
}

fn value(serial_type: u64, bytes: &[u8], encoding: Encoding) -> Option<Value> {
    Some(match serial_type {
        0 => Value::Null,
        1..=6 => Value::Integer(integer(bytes)),
        7 => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        _ if serial_type.is_multiple_of(2) => Value::Blob(bytes.to_vec()),
        _ => Value::Text(text(bytes, encoding)?),
    })
}

/// A number with a sign, the highest byte first.
fn integer(bytes: &[u8]) -> i64 {
    let is_negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
    bytes.iter().fold(if is_negative { -1 } else { 0 }, |value, byte| value << 8 | i64::from(*byte))
}

fn text(bytes: &[u8], encoding: Encoding) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match encoding {
        Encoding::Utf8 => return String::from_utf8(bytes.to_vec()).ok(),
        Encoding::Utf16LittleEndian => u16::from_le_bytes,
        Encoding::Utf16BigEndian => u16::from_be_bytes,
    };
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).ok()
}
