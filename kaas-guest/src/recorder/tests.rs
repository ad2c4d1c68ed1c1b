// SPDX-License-Identifier: Apache-2.0
//! Calls, modules that come and go, and which functions they are taken for.

use super::*;
use ftrace::format::Writer;

fn recorder() -> Recorder<Vec<u8>> {
    let writer = Writer::new(Vec::new(), &ftrace::Kernel::default()).unwrap();
    Recorder::new(
        Journal::new(writer, "test", Phase::Boot).unwrap(),
        Phase::Boot,
    )
}

fn call(address: u64, task: i32, is_interrupt: bool) -> Event<'static> {
    Event {
        time: 5,
        task,
        is_interrupt,
        what: Happening::Call(address),
    }
}

/// A kernel of two functions, with lists that take a while.
fn kernel() -> (tempfile::TempDir, Folder) {
    let folder = tempfile::tempdir().unwrap();
    let data = "ffffffff82000000 D data\n".repeat(9999);
    let text = "ffffffff81000000 T _text\nffffffff81000100 T one\nffffffff81000200 T two\n";
    let (symbols, traceable) = (text.to_owned() + &data, "one\ntwo\n".repeat(9999));
    for (name, text) in [
        ("kallsyms", &*symbols),
        ("modules", ""),
        ("available_filter_functions", &*traceable),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let open = Folder::open(folder.path()).unwrap();
    (folder, open)
}

#[test]
fn calls_while_the_lists_are_read_are_explained() {
    let (_there, kernel) = kernel();
    let mut recorder = recorder();
    let during = |address| {
        move |recorder: &mut Recorder<Vec<u8>>| {
            recorder.take(&call(address, 1, false));
            Ok(())
        }
    };
    let mut symbols = during(0xffff_ffff_8100_0100);
    recorder.load_symbols(&kernel, &mut symbols).unwrap();
    assert_eq!(recorder.figures().functions, 1);
    let mut numbers = during(0xffff_ffff_8100_0200);
    recorder.load_numbers(&kernel, &mut numbers).unwrap();
    assert_eq!(recorder.figures().functions, 2);
    assert!(!recorder.has_unknown());
    recorder.take(&call(0xffff_ffff_c000_0000, 1, false));
    recorder.load_numbers(&kernel, &mut |_| Ok(())).unwrap();
    assert!(recorder.has_unknown(), "newer symbols may have it");
    recorder.load_symbols(&kernel, &mut |_| Ok(())).unwrap();
    assert!(!recorder.has_unknown());
    assert_eq!(recorder.figures().unresolved, 1);
}

#[test]
fn where_a_module_comes_after_anothers_freed_code_it_is_both() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    let symbols = |name: &str| format!("ffffffff81000000 T _text\nffffffffc0000010 t {name}\n");
    write("modules", "old 16 0 - Live 0xffffffffb0000000\n").unwrap();
    write("kallsyms", &symbols("old_init\t[old]")).unwrap();
    let kernel = Folder::open(folder.path()).unwrap();
    let mut recorder = recorder();
    recorder.load_symbols(&kernel, &mut |_| Ok(())).unwrap();
    recorder.take(&Event {
        what: Happening::ModuleLoaded("new"),
        ..call(0, 1, false)
    });
    recorder.take(&call(0xffff_ffff_c000_0010, 1, false));
    write("kallsyms", &symbols("new_open\t[new]")).unwrap();
    assert!(recorder.wants_symbols());
    recorder.load_symbols(&kernel, &mut |_| Ok(())).unwrap();
    let figures = recorder.figures();
    assert_eq!((figures.functions, figures.unresolved), (2, 0));
}

#[test]
fn a_module_that_comes_while_symbols_are_read_is_explained_by_the_next() {
    let (there, kernel) = kernel();
    let mut recorder = recorder();
    let mut comes = |recorder: &mut Recorder<Vec<u8>>| {
        let what = Happening::ModuleLoaded("new");
        recorder.take(&Event {
            what,
            ..call(0, 1, false)
        });
        recorder.take(&call(0xffff_ffff_c000_0010, 1, false));
        Ok(())
    };
    recorder.load_symbols(&kernel, &mut comes).unwrap();
    assert!(recorder.wants_symbols());
    let path = there.path().join("kallsyms");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + "ffffffffc0000010 t new_open\t[new]\n").unwrap();
    recorder.load_symbols(&kernel, &mut |_| Ok(())).unwrap();
    let figures = recorder.figures();
    assert_eq!((figures.functions, figures.unresolved), (1, 0));
}

#[test]
fn a_module_that_comes_meanwhile_to_anothers_freed_code_is_explained_by_the_next() {
    let (there, kernel) = kernel();
    let path = there.path().join("kallsyms");
    let text = std::fs::read_to_string(&path).unwrap();
    let old = text.clone() + "ffffffffc0000010 t old_init\t[old]\n";
    std::fs::write(&path, &old).unwrap();
    let mut recorder = recorder();
    let mut has_come = false;
    let mut comes = |recorder: &mut Recorder<Vec<u8>>| {
        let what = Happening::ModuleLoaded("new");
        let loaded = Event {
            what,
            ..call(0, 1, false)
        };
        if !std::mem::replace(&mut has_come, true) {
            recorder.take(&loaded);
        }
        recorder.take(&call(0xffff_ffff_c000_0010, 1, false));
        Ok(())
    };
    recorder.load_symbols(&kernel, &mut comes).unwrap();
    assert_eq!(recorder.figures().functions, 1);
    assert!(recorder.wants_symbols());
    std::fs::write(&path, old + "ffffffffc0000010 t new_init\t[new]\n").unwrap();
    recorder.load_symbols(&kernel, &mut |_| Ok(())).unwrap();
    let figures = recorder.figures();
    assert_eq!((figures.functions, figures.unresolved), (2, 0));
    assert!(!recorder.has_unknown());
}

#[test]
fn of_its_own_process_only_interrupts_count() {
    let (_there, kernel) = kernel();
    let mut recorder = recorder();
    recorder.load_symbols(&kernel, &mut |_| Ok(())).unwrap();
    let own = recorder.own;
    recorder.take(&call(0xffff_ffff_8100_0100, own, false));
    assert_eq!(recorder.figures().functions, 0);
    recorder.take(&call(0xffff_ffff_8100_0200, own, true));
    assert_eq!(recorder.figures().functions, 1);
}
