// SPDX-License-Identifier: Apache-2.0
//! Devices and their drivers.

use super::{Report, words};
use crate::inventory::{
    Bound, ClassDevice, DeviceNumber, Driver, DriverModule, Interrupt, MiscDevice, ModuleAlias,
};

/// `find /sys/bus/*/drivers -mindepth 1 -maxdepth 2`: drivers, and what each has.
pub(super) fn drivers(text: &str, report: &mut Report<'_>) {
    let mut found: Vec<Driver> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match line
            .strip_prefix("/sys/bus/")
            .and_then(|rest| rest.split_once("/drivers/"))
        {
            Some((bus, rest)) if !rest.contains('/') => found.push(Driver {
                bus: bus.to_owned(),
                name: rest.to_owned(),
                is_module: false,
            }),
            // A driver's entries come right after it.
            Some((bus, rest)) => {
                let driver = found.last_mut().filter(|driver| driver.bus == bus);
                if let (Some(driver), Some((name, "module"))) = (driver, rest.rsplit_once('/')) {
                    driver.is_module |= driver.name == name;
                }
            }
            None => report.note(number, "no path of a driver"),
        }
    }
    report.facts.extend(found.into_iter().map(Into::into));
}

/// `/sys/bus/pci/drivers/ahci/module -> ../../../../module/ahci`. The lines that link to a device
/// say what `bound_drivers` says too.
pub(super) fn driver_modules(text: &str, report: &mut Report<'_>) {
    let links = text.lines().filter_map(|line| {
        let (from, to) = line.split_once(" -> ")?;
        let (bus, rest) = from.strip_prefix("/sys/bus/")?.split_once("/drivers/")?;
        let (_, module) = to.split_once("/module/")?;
        Some(DriverModule {
            bus: bus.to_owned(),
            driver: rest.strip_suffix("/module")?.to_owned(),
            module: module.to_owned(),
        })
    });
    report.facts.extend(links.map(Into::into));
}

/// `/sys/devices/platform/i8042/driver -> ../../../bus/platform/drivers/i8042`.
pub(super) fn bound(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let (from, to) = line.split_once(" -> ")?;
        let device = from
            .strip_prefix("/sys/devices/")?
            .strip_suffix("/driver")?;
        let (bus, driver) = to
            .split_once("/bus/")
            .or_else(|| to.split_once("bus/"))?
            .1
            .split_once("/drivers/")?;
        Some(Bound {
            bus: bus.to_owned(),
            driver: driver.to_owned(),
            device: device.to_owned(),
        })
    });
}

/// `/sys/devices/LNXSYSTM:00/LNXPWRBN:00/modalias:acpi:LNXPWRBN:`.
pub(super) fn aliases(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let (device, alias) = line
            .strip_prefix("/sys/devices/")?
            .split_once("/modalias:")?;
        Some(ModuleAlias {
            device: device.to_owned(),
            alias: alias.to_owned(),
        })
    });
}

/// `/sys/class/rtc/rtc0 -> ../../devices/pnp0/00:04/rtc/rtc0`.
pub(super) fn classes(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let (from, to) = line.split_once(" -> ")?;
        let (class, name) = from.strip_prefix("/sys/class/")?.split_once('/')?;
        Some(ClassDevice {
            class: class.to_owned(),
            name: name.to_owned(),
            device: to.split_once("/devices/")?.1.to_owned(),
        })
    });
}

/// `/proc/devices`: character devices, then block devices, each `  1 mem`.
pub(super) fn numbers(text: &str, report: &mut Report<'_>) {
    let blocks = text.find("Block devices:").unwrap_or(text.len());
    for (is_block, part) in [(false, &text[..blocks]), (true, &text[blocks..])] {
        let numbers = part.lines().filter(|line| !line.ends_with(" devices:"));
        for line in numbers.filter(|line| !line.is_empty()) {
            let number = words(line).and_then(|[major, name]| {
                let name = name.to_owned();
                Some(DeviceNumber {
                    is_block,
                    major: major.parse().ok()?,
                    name,
                })
            });
            match number {
                Some(number) => report.fact(number),
                None => report.note(0, "a line that is no number and name"),
            }
        }
    }
}

/// `/proc/misc`: `232 kvm`.
pub(super) fn misc(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let [minor, name] = words(line)?;
        let name = name.to_owned();
        Some(MiscDevice {
            minor: minor.parse().ok()?,
            name,
        })
    });
}

/// `/proc/interrupts`: `  4:  0  454  IO-APIC  4-edge  ttyS0`, a number for each processor.
pub(super) fn interrupts(text: &str, report: &mut Report<'_>) {
    let heading = text.lines().next().unwrap_or_default();
    let processors = heading
        .split_ascii_whitespace()
        .filter(|word| word.starts_with("CPU"))
        .count();
    report.each_after(1, text, |line| {
        let (name, rest) = line.split_once(':')?;
        let mut words = rest.split_ascii_whitespace().peekable();
        let mut count = 0_u64;
        for _ in 0..processors {
            // Some lines have one number for all.
            let Some(number) = words.peek().and_then(|word| word.parse::<u64>().ok()) else {
                break;
            };
            count = count.saturating_add(number);
            words.next();
        }
        Some(Interrupt {
            line: name.trim().to_owned(),
            count,
            what: words.collect::<Vec<_>>().join(" "),
        })
    });
}
