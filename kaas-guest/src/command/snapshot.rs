// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest snapshot`: what the tracer saw until now, and what a kernel is tailored from.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ftrace::format::Writer;
use lexopt::{Arg, Parser};

use super::mark::asked;
use super::{RUN, usage};
use crate::failure::{About as _, Failure, Result};
use crate::inventory;
use crate::replace::replace;

const HELP: &str = "\
Usage: kaas-guest snapshot [-o DIR]

Lets the tracer write down all that it saw. It goes on tracing. With -o, as root, DIR gets what
a kernel is tailored from:

  tailor config --trace DIR/trace --inventory DIR --baseline DIR/config ...

  -o, --output DIR  for trace, inventory, config and kallsyms
  --run DIR         where the tracer has its socket (/run/kaas-guest)";

pub(super) fn run(mut arguments: Parser) -> Result<ExitCode> {
    let (mut run, mut output) = (PathBuf::from(RUN), None);
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Arg::Short('o') | Arg::Long("output") => {
                output = Some(PathBuf::from(arguments.value().map_err(usage)?));
            }
            Arg::Long("run") => run = arguments.value().map_err(usage)?.into(),
            Arg::Short('h') | Arg::Long("help") => return Ok(super::help(HELP)),
            other => return Err(usage(other.unexpected())),
        }
    }
    println!("{}", asked(&run, "snapshot")?);
    if let Some(folder) = output {
        save(&run, &folder)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn save(run: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).about(folder)?;
    let trace = run.join("trace");
    let written = fs::read(&trace).about(&trace)?;
    let ended = ended(&written).about(&trace)?;
    replace(&folder.join("trace"), |file| file.write_all(&ended))?;
    inventory::write(&folder.join("inventory"))?;
    let config = inventory::configuration();
    let missing = || Failure::new("no configuration of this kernel in /boot, and none in /proc");
    let config = config.ok_or_else(missing)?;
    replace(&folder.join("config"), |file| file.write_all(&config))?;
    let kallsyms = Path::new("/proc/kallsyms");
    let mut symbols = File::open(kallsyms).about(kallsyms)?;
    replace(&folder.join("kallsyms"), |file| {
        std::io::copy(&mut symbols, file).map(drop)
    })
}

/// What a tracer that goes on has written, with the line that says that nothing is missing.
fn ended(written: &[u8]) -> std::io::Result<Vec<u8>> {
    let (writer, length) = Writer::resume(Vec::new(), written)?;
    Ok([&written[..length], &writer.finish()?].concat())
}

#[cfg(test)]
mod tests {
    use ftrace::{Ending, Entry, Kernel, Recording, Sighting};

    use super::*;

    #[test]
    fn a_trace_that_goes_on_is_complete_as_far_as_it_is() {
        let mut writer = Writer::new(Vec::new(), &Kernel::default()).unwrap();
        writer.recording(&Recording::default()).unwrap();
        let entry = Entry {
            name: "vfs_read".into(),
            module: None,
            offset: Some(16),
        };
        let number = writer.function(&entry, &Sighting::default()).unwrap();
        assert_eq!(number, 0);
        let whole = writer.finish().unwrap();
        let end = whole.windows(5).position(|five| five == b"\nend\t");
        let cut = &whole[..=end.unwrap()];
        let read = |bytes: &[u8]| ftrace::format::read(bytes, Ending::Required);
        assert!(read(cut).is_err());
        let half = [cut, b"f\tvfs_wri"].concat();
        let ended = ended(&half).unwrap();
        assert_eq!(read(&ended).unwrap().functions.len(), 1);
        assert_eq!(ended, whole);
    }
}
