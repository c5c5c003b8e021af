//! The file that is imported, which is read more than once.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::Context as _;
use encoding_rs::Encoding;

use crate::cli::ctx::Ctx;
use crate::cli::error::UsageError;
use crate::cli::output::visible;
use crate::cli::stderr;
use crate::trackers::{jira_xml, spreadsheet};

/// The file as CSV or JSON in UTF-8 or UTF-16; what is none is made into one that nobody else sees.
pub(super) fn open(ctx: &mut Ctx, path: &Path, encoding: Option<&'static Encoding>) -> anyhow::Result<File> {
    let mut file = plain(ctx, path)?;
    let name = path.display();
    let wrong = |reason: String| UsageError::new(format!("{name}: {reason}"));
    if let Some(encoding) = encoding {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
        let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
        let text = text.ok_or_else(|| wrong(format!("it is not {}", encoding.name())))?;
        return spooled(|spool| Ok(spool.write_all(text.as_bytes())?));
    }
    let mut begins = Vec::new();
    Read::by_ref(&mut file).take(BEGINNING).read_to_end(&mut begins).with_context(|| format!("cannot read {name}"))?;
    file.rewind()?;
    if begins.starts_with(spreadsheet::BEGINS) {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
        return spooled(|spool| {
            let others = spreadsheet::to_csv(&bytes, spool).map_err(|error| wrong(error.to_string()))?;
            if !others.is_empty() {
                stderr::line(&visible(&format!(
                    "{name}: its first sheet alone is read, without {}",
                    others.join(", ")
                )));
            }
            Ok(())
        });
    }
    if begins.trim_ascii_start().starts_with(b"<") {
        return spooled(|spool| {
            let written = jira_xml::to_json(BufReader::new(file), BufWriter::new(spool));
            Ok(written.map_err(|error| wrong(error.to_string()))?)
        });
    }
    Ok(file)
}

/// How much of a file tells what it is.
const BEGINNING: u64 = 64;

/// A file that nobody else sees, once it is written.
fn spooled(write: impl FnOnce(&mut File) -> anyhow::Result<()>) -> anyhow::Result<File> {
    let mut spool = tempfile::tempfile().context("a temporary file")?;
    write(&mut spool)?;
    spool.rewind()?;
    Ok(spool)
}

/// Reads the name of an encoding, such as windows-1252.
pub(super) fn encoding(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| format!("there is no encoding `{name}`"))
}

fn plain(ctx: &mut Ctx, path: &Path) -> anyhow::Result<File> {
    let mut source: Box<dyn Read> = if path == Path::new("-") {
        ctx.stdin_is_taken = true;
        Box::new(std::io::stdin())
    } else {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Ok(file);
        }
        Box::new(file)
    };
    let mut spool = tempfile::tempfile().context("a temporary file")?;
    std::io::copy(&mut source, &mut spool).with_context(|| format!("cannot read {}", path.display()))?;
    spool.rewind()?;
    Ok(spool)
}

/// A file that tells how far it was read.
pub(super) struct Counted<'a> {
    pub(super) inner: &'a File,
    pub(super) bytes: &'a Cell<u64>,
}

impl Read for Counted<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(to)?;
        self.bytes.update(|bytes| bytes + read as u64);
        Ok(read)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = self.inner.seek(to)?;
        self.bytes.set(at);
        Ok(at)
    }
}
