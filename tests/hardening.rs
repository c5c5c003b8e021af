//! What protects the program where a fault is found in it: it is loaded at any address, what the loader has
//! resolved cannot be written any more, the stack holds no code, and no name of the C library is taken.
//!
//! The program of the tests is looked at, or the one that `CUS_PROGRAM` names: CI names a release build, which must also
//! start fast.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::PathBuf;

use object::elf;
use object::read::elf::{Dyn, ElfFile64, FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, Object, ObjectSymbol};

type Elf<'a> = ElfFile64<'a, Endianness>;

/// The most relocations that a release build may have. Each is an address that the loader fills in at every start, in a
/// page that the process then has for itself. A release build has 13,026; a library with large tables of
/// texts adds thousands at once, which is what this notices.
const RELOCATIONS: u64 = 15_000;

#[test]
fn it_is_loaded_at_any_address() {
    with_program(|elf| {
        assert_eq!(elf.elf_header().e_type(elf.endian()), elf::ET_DYN);
        assert_ne!(dynamic(elf, elf::DT_FLAGS_1) & elf::DF_1_PIE.0, 0);
    });
}

#[test]
fn what_the_loader_resolved_is_read_only() {
    with_program(|elf| {
        assert!(segment(elf, elf::PT_GNU_RELRO).is_some(), "no segment becomes read-only");
        assert_ne!(dynamic(elf, elf::DT_FLAGS) & elf::DF_BIND_NOW.0, 0, "resolved at the first call");
    });
}

#[test]
fn the_stack_holds_no_code() {
    with_program(|elf| {
        let flags = segment(elf, elf::PT_GNU_STACK).expect("no segment for the stack");
        assert!(!flags.contains(elf::PF_X));
    });
}

#[test]
fn it_defines_no_name_for_others() {
    with_program(|elf| {
        let defined = elf.dynamic_symbols().filter(|symbol| symbol.is_definition());
        let names: Vec<_> = defined.map(|symbol| symbol.name().unwrap().to_owned()).collect();
        assert!(names.is_empty(), "{names:?}");
    });
}

#[test]
#[ignore = "about a release build, which CUS_PROGRAM names: .ci/run hardening"]
fn a_start_fills_in_few_addresses() {
    with_program(|elf| {
        let endian = elf.endian();
        let count: u64 = elf
            .elf_section_table()
            .iter()
            .filter(|section| matches!(section.sh_type(endian), elf::SHT_RELA | elf::SHT_REL))
            .map(|section| section.sh_size(endian) / section.sh_entsize(endian))
            .sum();
        assert!(count <= RELOCATIONS, "{count} relocations");
    });
}

fn with_program(check: impl FnOnce(&Elf<'_>)) {
    let path = std::env::var_os("CUS_PROGRAM").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_cus")), PathBuf::from);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    check(&Elf::parse(&*bytes).unwrap());
}

/// The flags of a segment of that type.
fn segment(elf: &Elf<'_>, kind: elf::ProgramType) -> Option<elf::ProgramFlags> {
    let endian = elf.endian();
    let mut segments = elf.elf_program_headers().iter();
    segments.find(|segment| segment.p_type(endian) == kind).map(|segment| segment.p_flags(endian))
}

/// The value of an entry for the loader; 0 where there is none.
fn dynamic(elf: &Elf<'_>, tag: elf::DynamicTag) -> u64 {
    let endian = elf.endian();
    let sections = elf.elf_section_table();
    let (entries, _) = sections.dynamic(endian, elf.data()).unwrap().expect("it is not linked dynamically");
    entries.iter().find(|entry| entry.tag(endian) == tag).map_or(0, |entry| entry.d_val(endian))
}
