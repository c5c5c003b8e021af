//! The file that is imported, which is read more than once.

use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::Context as _;

use crate::cli::ctx::Ctx;

/// The file; what is none is copied to one that nobody else sees.
pub(super) fn open(ctx: &mut Ctx, path: &Path) -> anyhow::Result<File> {
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
