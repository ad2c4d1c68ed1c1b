// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

pub mod advice;
mod arrivals;
mod compound;
pub mod counts;
pub mod curve;
pub mod estimate;
mod float;
pub mod forecast;
pub mod incidence;
mod period;
pub mod settings;

pub use advice::{Advice, Level, Reason, advise};
pub use counts::Counts;
pub use estimate::Estimate;
pub use forecast::Forecast;
pub use incidence::{Boot, Incidence, Window};
pub use settings::{Settings, Species, Visit};
