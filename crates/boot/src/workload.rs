// SPDX-License-Identifier: Apache-2.0
//! A recorded workload, of which the matrix knows nothing: its kernel is tailored, compiled,
//! and booted in the very image that was traced, with the distribution's kernel beside it.

mod comparison;
mod seen;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use virtual_machine::cache::{Cache, Digest};
use virtual_machine::disk::PARTITION;
use virtual_machine::report;
use virtual_machine::{About as _, Accelerator, Boots, Failure, Result, Start, Station, Workload};

use crate::kernel::Kernel;
use crate::tailor::{Counts, Traced};
use crate::workshop::{Tools, Workshop};
use comparison::{lines, shortcomings};
use seen::Seen;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The workload's folder.
    #[arg(long, value_name = "DIR")]
    workload: PathBuf,
    /// What `guest-test record` made of it.
    #[arg(long, value_name = "DIR")]
    recording: PathBuf,
    /// As `tailor config` has it.
    #[arg(long, value_name = "PROFILE", default_value = "balanced")]
    profile: String,
    /// How long the load is.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    seconds: u32,
    #[command(flatten)]
    tools: Tools,
}

/// What is booted.
struct Subject {
    name: &'static str,
    image: PathBuf,
    /// Where the root is, without a partition table and with one.
    roots: [String; 2],
    initramfs: Option<PathBuf>,
}

pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    let site = Site::new(cache, args)?;
    let (kernel, counts) = site.tailored()?;
    report::line(&format!(
        "{}, {}: {} files, {} CVEs in them",
        site.workload.name, args.profile, counts.files, counts.cves
    ));
    let stock = site.seen(&site.stock()?)?;
    let tailored = site.seen(&tailored(&kernel)?)?;
    for line in lines(&stock, &tailored) {
        report::line(&line);
    }
    let missing = shortcomings(&tailored, &stock);
    for line in &missing {
        report::line(&format!("falls short: {line}"));
    }
    Ok(ExitCode::from(u8::from(!missing.is_empty())))
}

/// Where a kernel is tried, and with what.
struct Site<'a> {
    cache: &'a Cache,
    args: &'a Args,
    workload: Workload,
    /// Disks and stock kernel, as `guest-test image` makes them.
    image: PathBuf,
    recording: PathBuf,
}

impl<'a> Site<'a> {
    fn new(cache: &'a Cache, args: &'a Args) -> Result<Self> {
        virtual_machine::is_there()?;
        let recording = args.recording.canonicalize().about(&args.recording)?;
        let image = recording.join("image");
        let image = image.canonicalize().about(&image)?;
        Ok(Self {
            cache,
            args,
            workload: Workload::read(&args.workload)?,
            image,
            recording,
        })
    }

    fn tailored(&self) -> Result<(Kernel, Counts)> {
        let traced = Traced {
            trace: self.recording.join("trace"),
            inventory: self.recording.clone(),
            baseline: self.recording.join("config"),
        };
        let recording = self.recording.file_name().unwrap_or_default();
        let run = format!("{}-{}", recording.to_string_lossy(), self.args.profile);
        let workshop = Workshop::new(self.cache, &self.args.tools)?;
        workshop.monolithic(&traced, &self.args.profile, &run)
    }

    /// The kernel that was traced: the one with its configuration.
    fn stock(&self) -> Result<Subject> {
        let boot = self.image.join("boot");
        let config = fs::read(self.recording.join("config")).about(&self.recording)?;
        let entries = fs::read_dir(&boot).about(&boot)?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut releases = names.filter_map(|name| Some(name.strip_prefix("config-")?.to_owned()));
        let is_it = |release: &String| {
            fs::read(boot.join(format!("config-{release}"))).is_ok_and(|other| other == config)
        };
        let missing = || Failure::new(format!("{}: no kernel that was traced", boot.display()));
        let release = releases.find(is_it).ok_or_else(missing)?;
        Ok(Subject {
            name: "stock",
            image: boot.join(format!("vmlinuz-{release}")),
            roots: ["/dev/vda".to_owned(), format!("PARTUUID={PARTITION}")],
            initramfs: Some(boot.join(format!("initrd.img-{release}"))),
        })
    }

    /// What it does on either disk; kept as long as nothing that it follows from changes.
    fn seen(&self, subject: &Subject) -> Result<Seen> {
        let kernel = fs::read(&subject.image).about(&subject.image)?;
        let digest = Digest::default()
            .and(self.image.display().to_string())
            .and(self.workload.digest()?.name())
            .and(self.args.seconds.to_string())
            .and(kernel);
        let name = format!("{}-{}", self.workload.name, digest.name());
        let kept = self.cache.entry("workloads", &name, |path| {
            let seen = serde_json::to_vec_pretty(&self.visited(subject)?);
            let seen = seen.map_err(|error| Failure::new(error.to_string()))?;
            fs::write(path, seen).about(path)
        })?;
        let text = fs::read(&kept).about(&kept)?;
        let unreadable = |error| Failure::new(format!("{}: {error}", kept.display()));
        serde_json::from_slice(&text).map_err(unreadable)
    }

    fn visited(&self, subject: &Subject) -> Result<Seen> {
        let (name, workload) = (&self.workload.name, &self.workload);
        report::step(&format!("{name}: {}", subject.name));
        let seen = Seen::on(
            self.station(subject, "plain", 0)?,
            workload,
            self.args.seconds,
        )?;
        report::step(&format!("{name}: {}, GPT", subject.name));
        Ok(seen.and_on(self.station(subject, "gpt", 1)?))
    }

    fn station(&self, subject: &Subject, disk: &str, root: usize) -> Result<Station> {
        let command_line = format!("root={} ro kaas.trace=off", subject.roots[root]);
        let boots = Boots::Kernel {
            kernel: &subject.image,
            initramfs: subject.initramfs.as_deref(),
            command_line: &command_line,
        };
        let disk = self.image.join(disk);
        let start = Start {
            ports: &self.workload.ports,
            ..Start::new(boots, &disk)
        };
        let folder = format!("logs/{}-{}", self.workload.name, subject.name);
        let folder = self.cache.folder(folder)?;
        Station::start(&start, Accelerator::probe(&subject.image), &folder)
    }
}

fn tailored(kernel: &Kernel) -> Result<Subject> {
    if kernel.takes_initramfs {
        return Err(Failure::new(
            "this kernel needs an initramfs of its own, which is not made here",
        ));
    }
    Ok(Subject {
        name: "tailored",
        image: kernel.image.clone(),
        roots: ["/dev/vda".to_owned(), format!("PARTUUID={PARTITION}")],
        initramfs: None,
    })
}
