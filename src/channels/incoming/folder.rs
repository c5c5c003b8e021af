//! The mails of a file, a pipe, a Maildir or an mbox, one after the other.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// How long a mail is at most: servers take far shorter ones.
const LONGEST: usize = 64 * 1024 * 1024;

/// The reason why no more mails can be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The file or folder cannot be read.
    #[error("cannot read {path}: {error}")]
    Io {
        /// The file or folder.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// A mail is longer than any server takes.
    #[error("{path}: a mail is longer than {limit} MiB", limit = LONGEST / 1024 / 1024)]
    TooLong {
        /// The file or folder.
        path: String,
    },
}

/// Mails, one after the other.
pub type Mails = Box<dyn Iterator<Item = Result<Vec<u8>, FolderError>>>;

/// Where they are read from.
#[derive(Debug)]
enum Source<R> {
    Files(std::vec::IntoIter<PathBuf>),
    Stream { reader: R, path: PathBuf, line: Vec<u8>, is_mbox: bool },
    End,
}

/// Returns the mails of a file, of standard input (`-`), of a Maildir or of any folder of mails. What begins as an mbox
/// does holds several.
///
/// # Errors
/// Where nothing can be read there.
pub fn mails_of(path: &Path) -> Result<Mails, FolderError> {
    if path == Path::new("-") {
        return Ok(Box::new(stream(BufReader::new(std::io::stdin()), PathBuf::from("standard input"))?));
    }
    let failed = |error| FolderError::Io { path: path.display().to_string(), error };
    if !path.is_dir() {
        let reader = BufReader::new(File::open(path).map_err(failed)?);
        return Ok(Box::new(stream(reader, path.to_owned())?));
    }
    let parts = ["new", "cur"].map(|part| path.join(part));
    let folders = if parts.iter().any(|part| part.is_dir()) { parts.to_vec() } else { vec![path.to_owned()] };
    let mut files = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            let is_hidden = file.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
            if !is_hidden && file.is_file() {
                files.push(file);
            }
        }
    }
    files.sort();
    Ok(Box::new(Source::<BufReader<File>>::Files(files.into_iter())))
}

fn stream<R: BufRead>(mut reader: R, path: PathBuf) -> Result<Source<R>, FolderError> {
    let mut line = Vec::new();
    read_line(&mut reader, &mut line, &path)?;
    let is_mbox = is_envelope(&line);
    if is_mbox {
        line.clear();
    }
    Ok(Source::Stream { reader, path, line, is_mbox })
}

impl<R: BufRead> Iterator for Source<R> {
    type Item = Result<Vec<u8>, FolderError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::End => None,
            Self::Files(files) => {
                let path = files.next()?;
                Some(
                    File::open(&path).map_err(|error| io(&path, error)).and_then(|file| whole(file, Vec::new(), &path)),
                )
            }
            Self::Stream { reader, path, line, is_mbox: false } => {
                let mail = whole(reader, std::mem::take(line), path);
                *self = Self::End;
                Some(mail)
            }
            Self::Stream { reader, path, is_mbox: true, .. } => {
                let mail = one_of_mbox(reader, path);
                if !matches!(mail, Ok((_, true))) {
                    *self = Self::End;
                }
                Some(mail.map(|(mail, _)| mail))
            }
        }
    }
}

/// Reads a mail up to the end.
fn whole(reader: impl Read, mut mail: Vec<u8>, path: &Path) -> Result<Vec<u8>, FolderError> {
    let mut limited = reader.take((LONGEST + 1) as u64);
    limited.read_to_end(&mut mail).map_err(|error| io(path, error))?;
    within_limit(mail, path)
}

/// Reads a mail of an mbox, and whether another one follows.
fn one_of_mbox(reader: &mut impl BufRead, path: &Path) -> Result<(Vec<u8>, bool), FolderError> {
    let mut mail = Vec::new();
    let mut is_after_blank = false;
    loop {
        let mut line = Vec::new();
        read_line(reader, &mut line, path)?;
        let ends = line.is_empty();
        let begins_another = is_after_blank && is_envelope(&line);
        if ends || begins_another {
            return Ok((within_limit(mail, path)?, begins_another));
        }
        is_after_blank = matches!(&line[..], b"\n" | b"\r\n");
        let quoted = line.iter().take_while(|byte| **byte == b'>').count();
        let is_escaped = quoted > 0 && line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From "));
        mail.extend_from_slice(&line[usize::from(is_escaped)..]);
        if mail.len() > LONGEST {
            return Err(FolderError::TooLong { path: path.display().to_string() });
        }
    }
}

fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>, path: &Path) -> Result<(), FolderError> {
    let mut limited = reader.take((LONGEST + 1) as u64);
    limited.read_until(b'\n', line).map(drop).map_err(|error| io(path, error))
}

fn within_limit(mail: Vec<u8>, path: &Path) -> Result<Vec<u8>, FolderError> {
    if mail.len() > LONGEST { Err(FolderError::TooLong { path: path.display().to_string() }) } else { Ok(mail) }
}

fn io(path: &Path, error: std::io::Error) -> FolderError {
    FolderError::Io { path: path.display().to_string(), error }
}

/// Whether a line begins a mail of an mbox, such as `From ada@example.com Fri Mar  6 09:00:00 2026`.
fn is_envelope(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let has_time =
        rest.windows(3).any(|three| matches!(three, [a, b':', b] if a.is_ascii_digit() && b.is_ascii_digit()));
    has_time && String::from_utf8_lossy(rest).split_whitespace().count() >= 5
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn mails(text: &str) -> Vec<String> {
        let stream = stream(Cursor::new(text.as_bytes().to_vec()), PathBuf::from("x")).unwrap();
        stream.map(|mail| String::from_utf8(mail.unwrap()).unwrap()).collect()
    }

    const ENVELOPE: &str = "From ada@example.com  Fri Mar  6 09:00:00 2026\n";

    #[test]
    fn a_file_is_one_mail_and_an_mbox_several() {
        assert_eq!(mails("Subject: x\n\nFrom a to b\n"), ["Subject: x\n\nFrom a to b\n"]);
        let two = format!("{ENVELOPE}Subject: 1\n\none\n\n{ENVELOPE}Subject: 2\n\n>From here\nFrom there\n");
        assert_eq!(mails(&two), ["Subject: 1\n\none\n\n", "Subject: 2\n\nFrom here\nFrom there\n"]);
        assert_eq!(mails(""), [""]);
    }

    #[test]
    fn what_only_looks_like_the_begin_of_a_mail_is_text() {
        let one = format!("{ENVELOPE}Subject: 1\n\nFrom 9:00 on it fails\n\nFrom then on nothing\n\n");
        assert_eq!(mails(&one).len(), 1);
    }

    #[test]
    fn a_maildir_and_a_folder_are_read_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("2.eml", "two"), ("1.eml", "one"), (".hidden", "no")] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let read = || mails_of(folder.path()).unwrap().map(|mail| String::from_utf8(mail.unwrap()).unwrap());
        assert_eq!(read().collect::<Vec<_>>(), ["one", "two"]);
        std::fs::create_dir(folder.path().join("new")).unwrap();
        std::fs::write(folder.path().join("new/1.host"), "new").unwrap();
        assert_eq!(read().collect::<Vec<_>>(), ["new"]);
        assert!(mails_of(&folder.path().join("none")).is_err());
    }
}
