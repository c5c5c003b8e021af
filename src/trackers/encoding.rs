//! Bytes of a file to text: UTF-8 or UTF-16, never garbled.

use std::io::{self, Read};

/// Bytes that are no text in the encoding of their file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the byte at offset {offset} is not {encoding}: save the file as UTF-8, or name its encoding")]
pub struct Malformed {
    /// Where the malformed bytes begin, counted from 0.
    pub offset: u64,
    /// The encoding that the file begins in.
    pub encoding: Encoding,
}

/// How a file writes its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        })
    }
}

/// Reads the text of a file as UTF-8, whatever its encoding, without its byte order mark.
///
/// Malformed bytes are an [`io::Error`] of the kind `InvalidData` that holds [`Malformed`], after all text before them;
/// a guess at their meaning would end as garbled words in a record that is never changed.
#[derive(Debug)]
pub struct Utf8<R> {
    bytes: R,
    encoding: Option<Encoding>,
    /// What was read and is not decoded yet.
    raw: Vec<u8>,
    /// The offset of its first byte in the file.
    offset: u64,
    /// What is decoded and not handed out yet, from `handed` on.
    text: Vec<u8>,
    handed: usize,
    ended: bool,
    malformed: Option<Malformed>,
}

const CHUNK: u64 = 16 * 1024;
/// As many bytes as tell the encodings apart.
const FIRST: usize = 4;

impl<R: Read> Utf8<R> {
    /// The text of these bytes.
    pub fn new(bytes: R) -> Self {
        Self {
            bytes,
            encoding: None,
            raw: Vec::new(),
            offset: 0,
            text: Vec::new(),
            handed: 0,
            ended: false,
            malformed: None,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.handed = 0;
        // `take` and `read_to_end` wait for a full chunk, so that the first one holds the bytes that tell the encoding.
        let read = self.bytes.by_ref().take(CHUNK).read_to_end(&mut self.raw)?;
        self.ended = read == 0;
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None => {
                let (encoding, mark) = encoding_of(&self.raw)?;
                self.raw.drain(..mark);
                self.offset = mark as u64;
                *self.encoding.insert(encoding)
            }
        };
        let decoded = match encoding {
            Encoding::Utf8 => decode_utf8(&self.raw, &mut self.text),
            Encoding::Utf16Le => decode_utf16(&self.raw, u16::from_le_bytes, &mut self.text),
            Encoding::Utf16Be => decode_utf16(&self.raw, u16::from_be_bytes, &mut self.text),
        };
        let rest = self.raw.len() - decoded.length;
        self.offset += decoded.length as u64;
        if decoded.malformed || (self.ended && rest > 0) {
            self.malformed = Some(Malformed { offset: self.offset, encoding });
        }
        self.raw.drain(..decoded.length);
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.handed == self.text.len() {
            if let Some(malformed) = self.malformed {
                return Err(malformed.into());
            }
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let length = to.len().min(self.text.len() - self.handed);
        to[..length].copy_from_slice(&self.text[self.handed..self.handed + length]);
        self.handed += length;
        Ok(length)
    }
}

impl From<Malformed> for io::Error {
    fn from(malformed: Malformed) -> Self {
        Self::new(io::ErrorKind::InvalidData, malformed)
    }
}

/// The encoding that the first bytes tell, and the length of their byte order mark.
fn encoding_of(bytes: &[u8]) -> Result<(Encoding, usize), Malformed> {
    let first = &bytes[..bytes.len().min(FIRST)];
    let utf32 = [[0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]].iter().any(|mark| first == mark.as_slice());
    match first {
        _ if utf32 => Err(Malformed { offset: 0, encoding: Encoding::Utf8 }),
        [0xEF, 0xBB, 0xBF, ..] => Ok((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Ok((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Ok((Encoding::Utf16Be, 2)),
        [1..=255, 0] | [1..=255, 0, 1..=255, 0] => Ok((Encoding::Utf16Le, 0)),
        [0, 1..=255] | [0, 1..=255, 0, 1..=255] => Ok((Encoding::Utf16Be, 0)),
        // No tracker's file begins with a zero character: this is UTF-32, or no text.
        _ => match first.iter().position(|byte| *byte == 0) {
            Some(at) => Err(Malformed { offset: at as u64, encoding: Encoding::Utf8 }),
            None => Ok((Encoding::Utf8, 0)),
        },
    }
}

/// How many bytes were decoded, and whether what follows can never be; else it only is not whole yet.
struct Decoded {
    length: usize,
    malformed: bool,
}

fn decode_utf8(raw: &[u8], text: &mut Vec<u8>) -> Decoded {
    let (length, malformed) = match std::str::from_utf8(raw) {
        Ok(_) => (raw.len(), false),
        Err(error) => (error.valid_up_to(), error.error_len().is_some()),
    };
    text.extend_from_slice(&raw[..length]);
    Decoded { length, malformed }
}

fn decode_utf16(raw: &[u8], unit: fn([u8; 2]) -> u16, text: &mut Vec<u8>) -> Decoded {
    let (pairs, _) = raw.as_chunks::<2>();
    let whole = match pairs.last() {
        // The other half of a surrogate pair is still to come.
        Some(last) if (0xD800..0xDC00).contains(&unit(*last)) => &pairs[..pairs.len() - 1],
        _ => pairs,
    };
    let mut length = 0;
    for character in char::decode_utf16(whole.iter().map(|pair| unit(*pair))) {
        let Ok(character) = character else { return Decoded { length, malformed: true } };
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        length += 2 * character.len_utf16();
    }
    Decoded { length, malformed: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "key,Größe\r\n\"𝄞 ʤ\u{feff}\",\u{1F600}";

    /// Hands out one byte at a time, as a slow pipe does.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let length = to.len().min(1);
            self.0.read(&mut to[..length])
        }
    }

    fn read(bytes: &[u8]) -> Result<String, Malformed> {
        let mut text = String::new();
        match Utf8::new(Slow(bytes)).read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(*error.get_ref().unwrap().downcast_ref().unwrap()),
        }
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn text_in_any_of_the_encodings_is_the_same_text() {
        let (little, big) = (utf16(TEXT, u16::to_le_bytes), utf16(TEXT, u16::to_be_bytes));
        let files = [
            TEXT.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat(),
            [b"\xFF\xFE", little.as_slice()].concat(),
            [b"\xFE\xFF", big.as_slice()].concat(),
            little,
            big,
        ];
        for file in files {
            assert_eq!(read(&file).unwrap(), TEXT, "{file:?}");
        }
        for nothing in [b"".as_slice(), b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"] {
            assert_eq!(read(nothing).unwrap(), "", "{nothing:?}");
        }
        assert_eq!(read(b"1\0").unwrap(), "1");
        assert_eq!(read(b"\x001").unwrap(), "1");
    }

    #[test]
    fn characters_are_whole_across_chunks() {
        for shift in 0..4 {
            let text = "-".repeat(shift) + &"𝄞".repeat(20_000);
            assert_eq!(read(text.as_bytes()).unwrap(), text);
            assert_eq!(read(&[b"\xFF\xFE".to_vec(), utf16(&text, u16::to_le_bytes)].concat()).unwrap(), text);
        }
    }

    #[test]
    fn malformed_bytes_are_refused_where_they_begin() {
        use Encoding::{Utf8, Utf16Be, Utf16Le};
        let late = [&[b'a'; 40_000], b"\xFF".as_slice()].concat();
        let cases: [(&[u8], u64, Encoding); 10] = [
            (b"abc\xB0d", 3, Utf8),
            (b"\xEF\xBB\xBFab\xC3", 5, Utf8),
            (b"ab\xED\xA0\x80", 2, Utf8),
            (&late, 40_000, Utf8),
            (b"\xFF\xFEa\0b", 4, Utf16Le),
            (b"\xFF\xFEa\0\0\xD8", 4, Utf16Le),
            (b"\xFE\xFF\0a\xDC\0\0b", 4, Utf16Be),
            (b"\xFF\xFE\0\0a\0\0\0", 0, Utf8),
            (b"a\0\0\0b\0\0\0", 1, Utf8),
            (b"\0\0\0\0", 0, Utf8),
        ];
        for (bytes, offset, encoding) in cases {
            assert_eq!(read(bytes), Err(Malformed { offset, encoding }), "{:?}", &bytes[..bytes.len().min(20)]);
        }
    }

    #[test]
    fn text_before_malformed_bytes_is_read_and_the_error_stays() {
        let mut reader = Utf8::new(b"abc\xB0".as_slice());
        let mut text = [0; 16];
        assert_eq!(reader.read(&mut text).unwrap(), 3);
        for _ in 0..2 {
            let error = reader.read(&mut text).unwrap_err();
            assert_eq!(
                error.to_string(),
                "the byte at offset 3 is not UTF-8: save the file as UTF-8, or name its encoding"
            );
        }
    }
}
