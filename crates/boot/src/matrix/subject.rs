// SPDX-License-Identifier: Apache-2.0
//! From the name of a cell to a kernel and its disks.

use std::path::{Path, PathBuf};

use super::Matrix;
use crate::cell::{self, Cell, Tailored};
use crate::failure::{Failure, Result};
use crate::image::{self, Image};
use crate::kernel::{self, Kernel};
use crate::program;
use crate::tailor::{Counts, Product};

/// What is booted.
pub(super) struct Subject {
    pub(super) kernel: Kernel,
    pub(super) image: Image,
    pub(super) counts: Counts,
}

impl Matrix<'_> {
    pub(super) fn subject(&self, cell: &Cell) -> Result<Subject> {
        match cell {
            Cell::Stock => self.of_distribution(false, "debian-6.1"),
            Cell::Cloud => self.of_distribution(true, "debian-cloud-6.1"),
            Cell::Reference(name) => self.of_reference(&format!("{name}-6.1")),
            Cell::Tailored(tailored) => self.of_tailored(cell, tailored),
        }
    }

    fn of_distribution(&self, is_cloud: bool, config: &str) -> Result<Subject> {
        let release = self.root.release(is_cloud)?;
        let kernel = kernel::of_distribution(&self.root.path, &release);
        let image = image::of_distribution(self.cache, &self.root, &kernel)?;
        let counts = self.counts_of(&self.config_file(config))?;
        Ok(Subject {
            kernel,
            image,
            counts,
        })
    }

    fn of_reference(&self, name: &str) -> Result<Subject> {
        let path = self.config_file(name);
        let mut xz = program::clean("xz");
        let config = program::answer(xz.args(["--decompress", "--stdout"]).arg(&path))?;
        let counts = self.counts_of(&path)?;
        self.compiled(&(config + "\n"), counts)
    }

    fn of_tailored(&self, cell: &Cell, tailored: &Tailored) -> Result<Subject> {
        let run = self.cache.folder("runs")?.join(cell.to_string());
        let product = self.product();
        let config = product.config(tailored, &run)?;
        self.compiled(&config, product.counts(&run)?)
    }

    fn compiled(&self, config: &str, counts: Counts) -> Result<Subject> {
        let kernel = kernel::compile(self.cache, &self.source, config)?;
        let image = image::of_compiled(self.cache, &self.root, &kernel)?;
        Ok(Subject {
            kernel,
            image,
            counts,
        })
    }

    /// A report is always about a run; which one it is does not matter here.
    fn counts_of(&self, config: &Path) -> Result<Counts> {
        let any = cell::all().into_iter().find_map(|cell| match &cell {
            Cell::Tailored(tailored) => Some((cell.to_string(), tailored.clone())),
            _ => None,
        });
        let (name, tailored) = any.ok_or_else(|| Failure::new("nothing is tailored"))?;
        let run = self.cache.folder("runs")?.join(name);
        self.product().config(&tailored, &run)?;
        self.product().counts_of(config, &run)
    }

    fn product(&self) -> Product<'_> {
        let program = self.tailor.clone();
        Product {
            program,
            data: &self.data,
            source: &self.source,
        }
    }

    fn config_file(&self, name: &str) -> PathBuf {
        self.data.join("configs").join(format!("{name}.config.xz"))
    }
}
