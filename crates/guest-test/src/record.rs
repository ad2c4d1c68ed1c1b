// SPDX-License-Identifier: Apache-2.0
//! Traces an application under load with the image's own tracer. The recording is a folder:
//! what `kaas-guest snapshot` makes, and `image`, where it was traced.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use virtual_machine::cache::{Cache, Digest};
use virtual_machine::{About as _, Result, Station, Workload, report};

use crate::image::{Image, Wanted};
use crate::status;
use crate::zipped::zipped;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The workload's folder.
    #[arg(long, value_name = "DIR")]
    workload: PathBuf,
    /// From where on it is traced.
    #[arg(long, value_enum, default_value_t = From::Initramfs)]
    from: From,
    /// How long the load is.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    seconds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum From {
    /// What the initramfs of the image starts.
    Initramfs,
    /// The kernel's own start.
    Early,
}

/// The buffer has all calls until the first program; what is called most often, and by whom nothing
/// is to be learnt, is left out: a check of page tables, the verification of keys, the patching of
/// the kernel's own code.
const EARLY: &str = "ftrace=function trace_buf_size=512M \
    ftrace_notrace=note_page,effective_prot,ptdump_*,mpihelp_*,insn_*,orc_sort_*";

impl From {
    fn options(self) -> &'static str {
        match self {
            Self::Initramfs => "",
            Self::Early => EARLY,
        }
    }

    /// In MiB.
    fn memory(self) -> u32 {
        match self {
            Self::Initramfs => 1536,
            Self::Early => 3072,
        }
    }
}

/// All that a recording follows from.
struct Recording<'a> {
    image: Image,
    workload: Workload,
    kernel: &'a str,
    args: &'a Args,
}

pub(crate) fn run(cache: &Cache, agent: &Path, kernel: &str, args: &Args) -> Result<ExitCode> {
    let workload = Workload::read(&args.workload)?;
    let image = Image::made(cache, agent, &workload.packages)?;
    let recording = Recording {
        image,
        workload,
        kernel,
        args,
    };
    let name = recording.name()?;
    let folder = cache.entry("recordings", &name, |folder| recording.make(cache, folder))?;
    report::line(&folder.display().to_string());
    Ok(ExitCode::SUCCESS)
}

impl Recording<'_> {
    fn name(&self) -> Result<String> {
        let digest = Digest::default()
            .and(self.image.folder.display().to_string())
            .and(self.workload.digest()?.name())
            .and(self.kernel)
            .and(self.args.from.options())
            .and(self.args.seconds.to_string());
        Ok(format!("{}-{}", self.workload.name, digest.name()))
    }

    fn make(&self, cache: &Cache, folder: &Path) -> Result<()> {
        let (kernel, workload) = (self.kernel, &self.workload);
        report::step(&format!("boots {kernel}, traced, for {}", workload.name));
        let wanted = Wanted {
            kernel,
            options: self.args.from.options(),
            memory: self.args.from.memory(),
            ports: &workload.ports,
            ..Wanted::default()
        };
        let mut station = self.image.start(cache, &wanted)?;
        report::step("sets the application up, and loads it");
        workload.set_up(&mut station)?;
        workload.check(&mut station)?;
        let operations = workload.load(&station.guest, self.args.seconds)?;
        report::step(&format!("{operations:.0} operations in a second"));
        fs::create_dir_all(folder).about(folder)?;
        keep(&mut station, folder)?;
        let to = folder.join("image");
        symlink(&self.image.folder, &to).about(&to)
    }
}

fn keep(station: &mut Station, folder: &Path) -> Result<()> {
    station.answer("kaas-guest snapshot -o /run/recording")?;
    let (functions, lost) = (
        status::field(station, "functions")?,
        status::field(station, "lost")?,
    );
    report::step(&format!("{functions} functions; {lost} calls are lost"));
    for name in ["trace", "inventory", "config", "kallsyms"] {
        let to = folder.join(name);
        fs::write(&to, zipped(station, &format!("/run/recording/{name}"))?).about(&to)?;
    }
    Ok(())
}
