//! Links the program at a fixed address where that is known to work.
//!
//! A command is one short process, and each relocation costs it a page that the kernel must copy: an executable that can
//! be loaded anywhere takes three quarters longer to start. Libraries, heap and stack stay where the kernel puts them.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
