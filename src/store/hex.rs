//! Bytes as hexadecimal digits, and back.

/// Writes bytes as hexadecimal digits.
pub(in crate::store) fn digits_of(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Reads bytes from hexadecimal digits; `None` where it is something else.
pub(in crate::store) fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_and_read_back() {
        assert_eq!(digits_of(&[0, 9, 0xaf, 0xff]), "0009afff");
        assert_eq!(bytes_of("0009afFF"), Some(vec![0, 9, 0xaf, 0xff]));
        for wrong in ["0", "+1", "0g", "é"] {
            assert_eq!(bytes_of(wrong), None, "{wrong}");
        }
    }
}
