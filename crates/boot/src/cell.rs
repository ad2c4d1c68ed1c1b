// SPDX-License-Identifier: Apache-2.0
//! The cells of the matrix: which kernels are compared.
//!
//! To add a trace or a reference: a line in `TRACES` or `REFERENCES`.

use std::fmt;

/// Folders of `traces/` in the data.
const TRACES: [&str; 2] = ["memcached", "memcached-early"];

/// Kernels of others for the same purpose.
const REFERENCES: [Cell; 2] = [Cell::Cloud, Cell::Reference("firecracker")];

/// The profiles of `tailor config`.
const PROFILES: [&str; 3] = ["balanced", "minimal", "conservative"];

/// What is tailored, how far, and in which form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tailored {
    pub(crate) trace: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) form: Form,
}

/// How what is needed gets into the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// All of it built in; finds a root file system by device or partition.
    Monolithic,
    /// All of it built in, started with an initramfs: finds a root file system by UUID.
    Initramfs,
    /// With modules, and so with an initramfs.
    Modular,
}

/// One kernel of the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// The distribution's kernel that the traced machine ran: `configs/debian-6.1.config.xz`.
    Stock,
    /// The distribution's kernel for clouds: `configs/debian-cloud-6.1.config.xz`.
    Cloud,
    /// A configuration of `configs/`, compiled here.
    Reference(&'static str),
    Tailored(Tailored),
}

impl Form {
    const ALL: [Self; 3] = [Self::Monolithic, Self::Modular, Self::Initramfs];

    fn name(self) -> &'static str {
        match self {
            Self::Monolithic => "monolithic",
            Self::Initramfs => "initramfs",
            Self::Modular => "modular",
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stock => f.write_str("stock"),
            Self::Cloud => f.write_str("debian-cloud"),
            Self::Reference(name) => f.write_str(name),
            Self::Tailored(Tailored {
                trace,
                profile,
                form,
            }) => {
                write!(f, "{trace}-{profile}-{}", form.name())
            }
        }
    }
}

/// All cells, in the order of the table. Stock is the first: the others are held against it.
pub(crate) fn all() -> Vec<Cell> {
    let stock = std::iter::once(Cell::Stock);
    stock.chain(REFERENCES).chain(tailored()).collect()
}

/// The names of the cells that are shown beside, and held to nothing.
pub(crate) fn references() -> Vec<String> {
    REFERENCES.iter().map(Cell::to_string).collect()
}

/// One that is tailored, whichever.
pub(crate) fn first_tailored() -> Option<(Cell, Tailored)> {
    tailored().find_map(|cell| match &cell {
        Cell::Tailored(tailored) => Some((cell.clone(), tailored.clone())),
        _ => None,
    })
}

fn tailored() -> impl Iterator<Item = Cell> {
    let kinds = TRACES.into_iter().flat_map(|trace| {
        let profiles = PROFILES.into_iter();
        profiles.flat_map(move |profile| Form::ALL.map(|form| (trace, profile, form)))
    });
    let kinds = kinds.filter(|(trace, _, form)| is_asked_for(trace, *form));
    kinds.map(|(trace, profile, form)| {
        Cell::Tailored(Tailored {
            trace,
            profile,
            form,
        })
    })
}

/// The form with an initramfs shows one thing more, which one trace shows well enough.
fn is_asked_for(trace: &str, form: Form) -> bool {
    form != Form::Initramfs || trace == TRACES[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_has_a_cell_of_its_own_name() {
        let mut names: Vec<String> = all().iter().map(Cell::to_string).collect();
        assert_eq!(names[0], "stock");
        for name in [
            "memcached-early-minimal-modular",
            "memcached-balanced-monolithic",
        ] {
            assert!(names.iter().any(|other| other == name), "{name}");
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
