// SPDX-License-Identifier: Apache-2.0
//! What a program in a sandbox sees, may do, and leaves behind: nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::mpsc::channel;

use kaas_builder::sandbox::{Mount, Program};
use kaas_builder::{Cancel, Result, Sandbox, Trouble};

use crate::bench::sandbox;

/// A folder that any user may pass through.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    place
}

fn shell(script: &str) -> Program {
    Program::new(&["/bin/sh", "-c", script]).for_seconds(60)
}

fn output(sandbox: &Sandbox, program: &Program) -> Result<(u8, String)> {
    let place = place();
    let mut text = Vec::new();
    let ended = sandbox.run(
        program,
        place.path(),
        &Cancel::new()?,
        &mut |bytes: &[u8]| {
            text.extend_from_slice(bytes);
            Ok(())
        },
    )?;
    Ok((ended.code(), String::from_utf8_lossy(&text).into_owned()))
}

fn says(program: &Program) -> String {
    let (code, text) = output(&sandbox(), program).unwrap();
    assert_eq!(code, 0, "{text}");
    text
}

#[test]
fn it_is_nobody_and_sees_nobody() {
    assert_eq!(
        says(&shell("id -u; id -un; hostname")),
        "1000\nbuild\nbuild\n"
    );
    let status = says(&shell("cat /proc/self/status"));
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().to_owned()
    };
    assert_eq!(field("CapEff:"), "0000000000000000");
    assert_eq!(field("CapPrm:"), "0000000000000000");
    assert_eq!(field("NoNewPrivs:"), "1");
    let processes = says(&shell("ls -d /proc/[0-9]* | wc -l"));
    assert!(processes.trim().parse::<u32>().unwrap() <= 4, "{processes}");
}

#[test]
fn it_reaches_nobody() {
    let devices = says(&shell("tail -n +3 /proc/net/dev | cut -d: -f1"));
    assert!(
        devices.split_whitespace().all(|name| name == "lo"),
        "{devices}"
    );
}

#[test]
fn it_sees_the_system_and_what_it_is_given() {
    let place = place();
    fs::write(place.path().join("source.c"), "int x;").unwrap();
    let build = place.path().join("build");
    fs::create_dir(&build).unwrap();
    sandbox().give(&build).unwrap();
    let script = "ls / | sort | tr '\\n' ' '
        ls -A /home /root /etc/shadow /etc/kaas /var 2>/dev/null
        cat /source/source.c && ! touch /source/x 2>/dev/null && ! touch /usr/x 2>/dev/null
        echo made > /build/made";
    let program = shell(script)
        .mount(Mount::read(place.path(), "/source"))
        .mount(Mount::write(&build, "/build"));
    let seen = says(&program);
    assert!(seen.ends_with("int x;"), "{seen}");
    assert!(!seen.contains("home") && !seen.contains("shadow"), "{seen}");
    assert_eq!(fs::read_to_string(build.join("made")).unwrap(), "made\n");
}

#[test]
fn exit_codes_and_signals_are_told() {
    assert_eq!(output(&sandbox(), &shell("exit 3")).unwrap().0, 3);
    assert_eq!(output(&sandbox(), &shell("kill -KILL $$")).unwrap().0, 137);
    let missing = Program::new(&["/no/such/program"]);
    let (code, text) = output(&sandbox(), &missing).unwrap();
    assert!(
        code == 125 && text.contains("/no/such/program"),
        "{code} {text}"
    );
}

#[test]
fn what_is_left_in_the_background_ends_with_it() {
    let mark = mark("left");
    let script = format!(
        "setsid sh -c 'trap \"\" TERM HUP; {}' & echo on",
        forever(&mark)
    );
    assert_eq!(says(&shell(&script)), "on\n");
    assert_eq!(alive(&mark), 0);
}

/// It moved to a session of its own, ignores what can be ignored, and multiplies.
#[test]
fn a_cancelled_program_is_gone_with_all_that_it_started() {
    let (place, mark) = (place(), mark("cancelled"));
    let one = format!(
        "setsid sh -c 'trap \"\" TERM HUP INT; {}' &",
        forever(&mark)
    );
    let script = format!("trap '' TERM; {one} {one} echo ready; {}", forever(&mark));
    let cancel = Cancel::new().unwrap();
    let (ready, is_ready) = channel();
    let ended = std::thread::scope(|scope| {
        let (asked, mark) = (cancel.clone(), mark.clone());
        scope.spawn(move || {
            is_ready.recv().unwrap();
            assert!(alive(&mark) > 0);
            asked.ask();
        });
        sandbox().run(&shell(&script), place.path(), &cancel, &mut |_: &[u8]| {
            let _ = ready.send(());
            Ok(())
        })
    });
    assert_eq!(ended.unwrap_err(), Trouble::Cancelled);
    assert_eq!(alive(&mark), 0);
    let again = sandbox().run(
        &shell("true"),
        place.path(),
        &cancel,
        &mut |_: &[u8]| Ok(()),
    );
    assert_eq!(again.unwrap_err(), Trouble::Cancelled);
}

#[test]
fn a_program_that_takes_too_long_is_ended() {
    let mark = mark("late");
    let program = shell(&forever(&mark)).for_seconds(1);
    let late = output(&sandbox(), &program).unwrap_err();
    assert!(late.to_string().contains("longer"), "{late}");
    assert_eq!(alive(&mark), 0);
}

#[test]
fn limits_hold() {
    let mut small = sandbox();
    small.limits.memory_mib = 64;
    small.limits.file_mib = 1;
    let hungry = shell("head -c 300000000 /dev/zero | tail -c 290000000 | wc -c");
    let (_, text) = output(&small, &hungry).unwrap();
    assert!(!text.contains("290000000"), "{text}");
    let place = place();
    small.give(place.path()).unwrap();
    let long =
        shell("head -c 3000000 /dev/zero > /out/file").mount(Mount::write(place.path(), "/out"));
    assert_ne!(output(&small, &long).unwrap().0, 0);
    let length = fs::metadata(place.path().join("file")).unwrap().len();
    assert!(length <= 1 << 20, "{length}");
}

fn mark(name: &str) -> String {
    format!("kaas-{name}-{}", std::process::id())
}

/// A shell that waits, and is known by its name.
fn forever(mark: &str) -> String {
    format!("while :; do sleep 1 {mark} 2>/dev/null || sleep 1; : {mark}; done")
}

/// How many processes have the mark in their arguments.
fn alive(mark: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let has_mark = |path: &Path| {
        let line = fs::read(path.join("cmdline")).unwrap_or_default();
        let is_self = path.ends_with(std::process::id().to_string());
        !is_self && String::from_utf8_lossy(&line).contains(mark)
    };
    processes.filter(|it| has_mark(&it.path())).count()
}
