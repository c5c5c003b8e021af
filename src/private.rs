//! Files and folders that are their owner's alone, whatever the umask.

use std::io;
use std::path::Path;

use tempfile::{Builder, TempDir};

/// Makes a folder for temporary files.
pub(crate) fn folder() -> io::Result<TempDir> {
    builder().tempdir()
}

/// Makes a folder whose name begins so within another.
pub(crate) fn folder_in(prefix: &str, within: &Path) -> io::Result<TempDir> {
    builder().prefix(prefix).tempdir_in(within)
}

/// Makes a folder, and those above it that are missing.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut maker = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
    maker.recursive(true).create(folder)
}

/// Creates a file where there is none.
pub(crate) fn create(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.read(true).write(true).create_new(true).open(path)
}

fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{create, folder, folder_in, make_folder};

    #[test]
    fn what_is_made_is_its_owners_alone() {
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let outer = folder().unwrap();
        let inner = folder_in(".x-", outer.path()).unwrap();
        let deep = outer.path().join("a/b");
        make_folder(&deep).unwrap();
        for folder in [outer.path(), inner.path(), &outer.path().join("a"), &deep] {
            assert_eq!(mode(folder), 0o700, "{}", folder.display());
        }
        let file = deep.join("file");
        create(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
        assert!(create(&file).is_err(), "there is one already");
    }
}
