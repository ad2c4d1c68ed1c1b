// SPDX-License-Identifier: Apache-2.0
//! Images that the system's compiler makes, what is wrong with others, and paths as data
//! (`tests/paths.toml`).

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::unit::Unit;
use super::{extracted, listing, source, table, text};
use program::{Workshop, functions, objcopy, run, tool};

mod program;

const PAGE: u64 = 4096;

/// What is left of the program's functions after linking, with and without a section each.
const ALL: [&str; 9] = [
    "fork_early",
    "fork_late",
    "head_start",
    "main_dropped",
    "main_late",
    "main_start",
    "slub_early",
    "slub_init",
    "slub_late",
];

/// Each function's first and last byte are from its source, and nothing is beyond the last.
fn check(image: &Path, dropped: &[&str]) {
    let table = table(image).unwrap();
    let functions = functions(image);
    let mut names: Vec<&str> = functions.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    let expected: Vec<&str> = ALL.into_iter().filter(|it| !dropped.contains(it)).collect();
    assert_eq!(names, expected);
    let start = functions[0].address / PAGE * PAGE;
    for one in &functions {
        let offset = one.address - start;
        for place in [offset, offset + one.size - 1] {
            assert_eq!(
                table.at(place),
                Some(program::source(&one.name)),
                "{}",
                one.name
            );
        }
    }
    let last = functions.last().unwrap();
    assert_eq!(table.at(last.address + last.size + PAGE - start), None);
}

/// Lines of a unit.
fn ranges(text: &str, unit: &str) -> usize {
    let lines = text.lines();
    lines
        .filter(|line| line.ends_with(&format!(" {unit}")))
        .count()
}

#[test]
fn each_address_is_from_its_source() {
    let workshop = Workshop::new();
    for dwarf in ["-gdwarf-4", "-gdwarf-5"] {
        let image = workshop.compiled(&[dwarf]);
        check(&image, &[]);
        let image = workshop.compiled(&[dwarf, "-ffunction-sections"]);
        let plain = text(&image).unwrap();
        assert_eq!(ranges(&plain, "mm/slub.c"), 3, "{plain}");
        assert_eq!(ranges(&plain, "lib/data.c"), 0, "{plain}");
        check(&image, &["main_dropped"]);
        for kind in ["zlib", "zlib-gnu", "zstd"] {
            objcopy(&image, "--decompress-debug-sections");
            objcopy(&image, &format!("--compress-debug-sections={kind}"));
            assert_eq!(text(&image).unwrap(), plain, "{dwarf} {kind}");
        }
        run(tool("xz").arg("--keep").arg("--force").arg(&image));
        assert_eq!(text(&image.with_extension("xz")).unwrap(), plain);
        objcopy(&image, "--only-keep-debug");
        assert_eq!(text(&image).unwrap(), plain);
    }
}

#[test]
fn a_tree_is_found_wherever_it_was_compiled() {
    let workshop = Workshop::new();
    let tree = format!("{}/", workshop.path("linux").display());
    let map = format!("-fdebug-prefix-map={tree}=");
    for (folder, prefix) in [
        ("linux/build", "../"),
        ("build", "../linux/"),
        ("build", &tree),
    ] {
        check(&workshop.compiled_in(folder, prefix, &["-g"]), &[]);
        check(&workshop.compiled_in(folder, prefix, &["-g", &map]), &[]);
    }
}

#[test]
fn paths_are_relative_to_the_tree() {
    let cases: BTreeMap<String, BTreeMap<String, Vec<[String; 3]>>> =
        toml::from_str(include_str!("tests/paths.toml")).unwrap();
    assert!(!cases.is_empty());
    for (case, mut content) in cases {
        let lines = content.remove("units").unwrap();
        let units: Vec<Unit> = lines
            .iter()
            .map(|[directory, name, _]| Unit {
                directory: directory.clone(),
                name: name.clone(),
                code: Vec::new(),
            })
            .collect();
        let expected: Vec<&String> = lines.iter().map(|[_, _, path]| path).collect();
        assert_eq!(
            source::paths(&units).iter().collect::<Vec<_>>(),
            expected,
            "{case}"
        );
    }
}

#[test]
fn a_table_knows_where_the_image_begins() {
    let unit = Unit {
        directory: String::new(),
        name: "a.c".to_owned(),
        code: vec![0x5010..0x5020, 0x3000..0x3008],
    };
    let units = [unit];
    let sources = ["a.c".to_owned()];
    let lines = "3000 8 a.c\n5010 10 a.c\n";
    assert_eq!(listing::text(&units, &sources, 0x3000).unwrap(), lines);
    let text = listing::text(&units, &sources, 0x1000).unwrap();
    assert_eq!(text, format!("1000 0 _text\n{lines}"));
    let table = locate::UnitTable::parse(&text).unwrap();
    assert_eq!(table.at(0x2000), Some("a.c"));
    assert_eq!(table.at(0), None);
}

#[test]
fn a_folder_has_one_image() {
    let workshop = Workshop::new();
    let image = workshop.compiled(&["-g"]);
    let wanted = text(&image).unwrap();
    let root = workshop.path("root");
    fs::create_dir_all(&root).unwrap();
    let none = text(&root).unwrap_err();
    assert!(none.contains("usr/lib/debug/boot/vmlinux-*"), "{none}");
    let boot = root.join("usr/lib/debug/boot");
    let modules = root.join("usr/lib/debug/lib/modules/6.1.0-1-amd64");
    fs::create_dir_all(&boot).unwrap();
    fs::create_dir_all(&modules).unwrap();
    fs::copy(&image, boot.join("vmlinux-6.1.0-1-amd64")).unwrap();
    symlink(
        "../../../boot/vmlinux-6.1.0-1-amd64",
        modules.join("vmlinux"),
    )
    .unwrap();
    assert_eq!(text(&root).unwrap(), wanted);
    assert_eq!(text(&root.join("usr/lib/debug")).unwrap(), wanted);
    assert_eq!(text(image.parent().unwrap()).unwrap(), wanted);
    fs::copy(&image, boot.join("vmlinux-6.1.0-2-amd64")).unwrap();
    let several = text(&root).unwrap_err();
    assert!(several.contains("vmlinux-6.1.0-2-amd64"), "{several}");
}

#[test]
fn what_cannot_be_used_is_told() {
    let workshop = Workshop::new();
    let wrong = |path: &Path, what: &str| {
        let error = text(path).unwrap_err();
        assert!(error.starts_with(&path.display().to_string()), "{error}");
        assert!(error.contains(what), "{error}");
    };
    wrong(&workshop.path("nothing"), "No such file");
    wrong(&workshop.path("linux/init/main.c"), "line 1: not ADDRESS");
    wrong(&workshop.compiled(&["-g0"]), "CONFIG_DEBUG_INFO");
    wrong(
        &workshop.compiled(&["-g", "-gsplit-dwarf"]),
        "CONFIG_DEBUG_INFO_SPLIT",
    );
    wrong(&workshop.path("init-main.c.o"), "not a linked image");
    let image = workshop.compiled(&["-g"]);
    let half = fs::read(&image).unwrap();
    fs::write(&image, &half[..half.len() / 2]).unwrap();
    wrong(&image, "");
}

#[test]
fn a_section_that_claims_to_be_large_takes_no_memory() {
    let workshop = Workshop::new();
    let image = workshop.compiled(&["-gdwarf-5"]);
    objcopy(&image, "--compress-debug-sections=zlib");
    let mut bytes = fs::read(&image).unwrap();
    // `ch_size` of the section's `Elf64_Chdr`.
    let size = program::section(&bytes, ".debug_info").start + 8;
    for claimed in [1 << 30, 1 << 40, u64::MAX] {
        bytes[size..size + 8].copy_from_slice(&u64::to_ne_bytes(claimed));
        let error = extracted(bytes.as_slice()).unwrap_err();
        assert!(error.starts_with(".debug_info: more than"), "{error}");
    }
}

/// Numbers that are the same each time (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

/// Whole images, in all ways that their sections can be.
fn images() -> Vec<Vec<u8>> {
    let workshop = Workshop::new();
    let mut images = Vec::new();
    for (dwarf, kind) in [
        ("4", "none"),
        ("4", "zlib-gnu"),
        ("5", "none"),
        ("5", "zlib"),
        ("5", "zstd"),
    ] {
        let image = workshop.compiled(&[&format!("-gdwarf-{dwarf}"), "-ffunction-sections"]);
        objcopy(&image, &format!("--compress-debug-sections={kind}"));
        images.push(fs::read(image).unwrap());
    }
    images
}

#[test]
fn a_truncated_image_is_an_error() {
    for image in images() {
        for length in 0..image.len() {
            // The header is first, and what it tells of, the sections' headers, is last.
            assert!(extracted(&image[..length]).is_err(), "{length}");
        }
        assert!(extracted(image.as_slice()).is_ok());
    }
}

#[test]
fn a_mutated_image_never_panics() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for image in images() {
        // Most of an image is padding.
        let written: Vec<usize> = (0..image.len()).filter(|at| image[*at] != 0).collect();
        for _ in 0..4_000 {
            let mut mutant = image.clone();
            for _ in 0..=dice.below(8) {
                let at = written[dice.below(written.len())];
                mutant[at] = match dice.below(3) {
                    0 => 0,
                    1 => 0xff,
                    _ => mutant[at] ^ (1 << dice.below(8)),
                };
            }
            if let Ok(text) = extracted(mutant.as_slice()) {
                assert!(locate::UnitTable::parse(&text).is_ok());
            }
        }
    }
}
