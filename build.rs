//! Links the program so that it starts fast, where that is known to work.
//!
//! A command is one short process. Each relocation costs it a page that the kernel must copy: an executable that can be
//! loaded anywhere takes three quarters longer to start. A shared library costs it a dozen calls and as many pages, and of
//! the one that unwinds the stack a few functions are needed. Other libraries, heap and stack stay where the kernel puts
//! them.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    println!("cargo:rustc-link-arg-bins=-no-pie");
    if !is("HOST", &std::env::var("TARGET").unwrap_or_default()) {
        return;
    }
    if let Some(folder) = folder_of("libgcc_eh.a") {
        println!("cargo:rustc-link-search=native={folder}");
        println!("cargo:rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Where the C compiler has a file, if it has it.
fn folder_of(file: &str) -> Option<String> {
    let said = Command::new("cc").arg(format!("-print-file-name={file}")).output().ok()?;
    let path = String::from_utf8(said.stdout).ok()?;
    Some(Path::new(path.trim()).canonicalize().ok()?.parent()?.to_str()?.to_owned())
}
