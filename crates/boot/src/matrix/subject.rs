// SPDX-License-Identifier: Apache-2.0
//! From the name of a cell to a kernel and its disks.

use super::Matrix;
use crate::cell::Cell;
use crate::image::{self, Image};
use crate::kernel::{self, Kernel};
use crate::tailor::Counts;
use virtual_machine::Result;

/// What is booted.
pub(super) struct Subject {
    pub(super) kernel: Kernel,
    pub(super) image: Image,
    pub(super) counts: Counts,
}

impl Matrix<'_> {
    pub(super) fn subject(&self, cell: &Cell) -> Result<Subject> {
        match cell {
            Cell::Stock => self.of_distribution(false, "debian"),
            Cell::Cloud => self.of_distribution(true, "debian-cloud"),
            Cell::Reference(name) => self.with_image(self.workshop.reference(name)?),
            Cell::Tailored(tailored) => self.with_image(self.workshop.tailored(cell, tailored)?),
        }
    }

    fn of_distribution(&self, is_cloud: bool, config: &str) -> Result<Subject> {
        let release = self.root.release(is_cloud)?;
        let kernel = kernel::of_distribution(&self.root.path, &release);
        let image = image::of_distribution(self.workshop.cache, &self.root, &kernel)?;
        let counts = self.workshop.counts_of(config)?;
        Ok(Subject {
            kernel,
            image,
            counts,
        })
    }

    fn with_image(&self, (kernel, counts): (Kernel, Counts)) -> Result<Subject> {
        let image = image::of_compiled(self.workshop.cache, &self.root, &kernel)?;
        Ok(Subject {
            kernel,
            image,
            counts,
        })
    }
}
