// SPDX-License-Identifier: Apache-2.0
//! Reads inventories in our format.

use std::io::BufRead;

use super::{Evidence, Fact, Inventory, NAME, VERSION};
use crate::error::Error;
use crate::limit;
use crate::record::{Ending, Record, Records, shorten};

/// Reads an inventory. What to make of one that was cut, `ending` says.
pub fn read(input: impl BufRead, ending: Ending) -> Result<Inventory, Error> {
    let mut records = Records::open(input, NAME, VERSION, ending)?;
    let mut inventory = Inventory::default();
    let mut source = String::new();
    while let Some(record) = records.next()? {
        match record.kind() {
            "kernel" => inventory.kernel.read(&record)?,
            "source" => record.field(1).clone_into(&mut source),
            _ if inventory.evidence.len() == limit::FACTS => {
                return Err(Error::too_large("facts", limit::FACTS).at(record.line));
            }
            _ => inventory.evidence.push(Evidence {
                fact: fact(&record)?,
                source: source.clone(),
            }),
        }
    }
    Ok(inventory)
}

fn fact(record: &Record<'_>) -> Result<Fact, Error> {
    match Fact::parse(record.kind(), |index| record.field(index)) {
        Some(Ok(fact)) => Ok(fact),
        Some(Err(field)) => {
            let message = format!("the field `{field}` of this {} is wrong", record.kind());
            Err(record.error(message))
        }
        None => {
            let shown = shorten(record.kind());
            Err(record.error(format!("`{shown}` begins no line of an inventory")))
        }
    }
}
