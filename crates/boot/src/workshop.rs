// SPDX-License-Identifier: Apache-2.0
//! Makes kernels out of traces and configurations, without booting any.

use std::path::{Path, PathBuf};

use crate::cell::{self, Cell, Form, Tailored};
use crate::kernel::{self, Kernel, Source};
use crate::tailor::{self, Counts, Product, Traced};
use virtual_machine::cache::Cache;
use virtual_machine::{About as _, Failure, Result};
use virtual_machine::{program, report};

/// What is worked with.
#[derive(clap::Args)]
pub(crate) struct Tools {
    /// The folder of traces, configurations and vulnerabilities.
    #[arg(long, env = "KAAS_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The `tailor` to use; built from this workspace when not given.
    #[arg(long, value_name = "FILE")]
    tailor: Option<PathBuf>,
}

/// See above.
pub(crate) struct Workshop<'a> {
    pub(crate) cache: &'a Cache,
    pub(crate) source: Source,
    data: PathBuf,
    tailor: PathBuf,
}

impl<'a> Workshop<'a> {
    pub(crate) fn new(cache: &'a Cache, tools: &Tools) -> Result<Self> {
        let missing = || Failure::new("where are the traces? Set KAAS_DATA to their folder");
        let data = tools.data.clone().ok_or_else(missing)?;
        let data = data.canonicalize().about(&data)?;
        let tailor = tools.tailor.clone().map_or_else(tailor::build, Ok)?;
        let source = Source::unpacked(cache)?;
        Ok(Self {
            cache,
            source,
            data,
            tailor,
        })
    }

    /// The kernel that is tailored for `cell`.
    pub(crate) fn tailored(&self, cell: &Cell, tailored: &Tailored) -> Result<(Kernel, Counts)> {
        let run = self.cache.folder("runs")?.join(cell.to_string());
        let product = self.product();
        let config = product.config(tailored, &run)?;
        let mut kernel = kernel::compile(self.cache, &self.source, &config)?;
        if tailored.form == Form::Monolithic {
            kernel.takes_initramfs &= tailor::needs_initramfs(&run)?;
        }
        Ok((kernel, product.counts(&run)?))
    }

    /// The kernel for a machine that was traced, with all it needs built in.
    pub(crate) fn monolithic(
        &self,
        traced: &Traced,
        profile: &str,
        run: &str,
    ) -> Result<(Kernel, Counts)> {
        let run = self.cache.folder("runs")?.join(run);
        let form = (profile, Form::Monolithic);
        let config = self.product().config_of(traced, form, &run)?;
        let mut kernel = kernel::compile(self.cache, &self.source, &config)?;
        kernel.takes_initramfs &= tailor::needs_initramfs(&run)?;
        Ok((kernel, self.product().counts(&run)?))
    }

    /// The kernel of a configuration in the data.
    pub(crate) fn reference(&self, name: &str) -> Result<(Kernel, Counts)> {
        let counts = self.counts_of(name)?;
        let mut xz = program::clean("xz");
        let xz = xz.args(["--decompress", "--stdout"]).arg(self.config(name));
        let config = kernel::up_to_date(self.cache, &self.source, &program::answer(xz)?)?;
        let kernel = kernel::compile(self.cache, &self.source, &config)?;
        Ok((kernel, counts))
    }

    /// What is in a configuration of the data. A report is always about a run; which one it
    /// is does not matter here.
    pub(crate) fn counts_of(&self, name: &str) -> Result<Counts> {
        let (cell, tailored) =
            cell::first_tailored().ok_or_else(|| Failure::new("nothing is tailored"))?;
        let run = self.cache.folder("runs")?.join(cell.to_string());
        self.product().config(&tailored, &run)?;
        self.product().counts_of(&self.config(name), &run)
    }

    fn product(&self) -> Product<'_> {
        let (program, data, source) = (&*self.tailor, &*self.data, &self.source);
        Product {
            program,
            data,
            source,
        }
    }

    fn config(&self, name: &str) -> PathBuf {
        let name = format!("{name}-6.1.config.xz");
        Path::new(&self.data).join("configs").join(name)
    }
}

/// Makes one kernel, and says how large it is.
pub(crate) fn compile(cache: &Cache, tools: &Tools, cell: &str) -> Result<()> {
    let wanted = cell::all()
        .into_iter()
        .find(|other| other.to_string() == cell);
    let workshop = Workshop::new(cache, tools)?;
    let (kernel, counts) = match &wanted {
        Some(cell @ Cell::Tailored(tailored)) => workshop.tailored(cell, tailored)?,
        Some(Cell::Reference(name)) => workshop.reference(name)?,
        _ => {
            return Err(Failure::new(format!(
                "{cell} is no kernel that is compiled here"
            )));
        }
    };
    let size = kernel::size_of(&kernel, &workshop.source.path)?;
    let image = kernel.image.display();
    report::line(&format!(
        "{cell}: {} files, {} bytes of text",
        counts.files, size.text
    ));
    report::line(&format!("{cell}: {} bytes, {image}", size.image));
    Ok(())
}
