// SPDX-License-Identifier: Apache-2.0
//! Numbers by content: a hash table that holds only numbers; what they stand for
//! lies in its owner's list, once.

/// A free place; no list gets so long.
const FREE: u32 = u32::MAX;
const SMALLEST: usize = 64;

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    number: u32,
}

/// Numbers found by the hash of what they stand for. At least a quarter of the places
/// is free, and their count is a power of two.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    slots: Vec<Slot>,
    used: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            slots: free(SMALLEST),
            used: 0,
        }
    }
}

fn free(count: usize) -> Vec<Slot> {
    let slot = Slot {
        hash: 0,
        number: FREE,
    };
    vec![slot; count]
}

impl Table {
    /// The number for which `is` holds.
    pub(crate) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let number = self.slots[self.place(low(hash), is)].number;
        (number != FREE).then_some(number)
    }

    /// The number for which `is` holds; `next` from now on, if there was none.
    pub(crate) fn find_or_insert(&mut self, hash: u64, next: u32, is: impl Fn(u32) -> bool) -> u32 {
        let hash = low(hash);
        let place = self.place(hash, is);
        let slot = &mut self.slots[place];
        if slot.number == FREE {
            *slot = Slot { hash, number: next };
            self.used += 1;
            if self.used * 4 > self.slots.len() * 3 {
                self.grow();
            }
            return next;
        }
        slot.number
    }

    /// Where the number is, or would be.
    fn place(&self, hash: u32, is: impl Fn(u32) -> bool) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.number == FREE || (slot.hash == hash && is(slot.number)) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let larger = free(self.slots.len() * 2);
        for slot in std::mem::replace(&mut self.slots, larger) {
            if slot.number != FREE {
                let place = self.place(slot.hash, |_| false);
                self.slots[place] = slot;
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "half of a hash is a hash; the table asks whenever halves are equal"
)]
fn low(hash: u64) -> u32 {
    hash as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_among_those_with_the_same_hash() {
        let mut table = Table::default();
        let hash = |content: u32| u64::from(content % 7);
        for round in 0..2 {
            for content in 0..1000 {
                let number = table.find_or_insert(hash(content), content, |known| known == content);
                assert_eq!(number, content, "round {round}");
            }
        }
        assert_eq!(table.find(hash(999), |known| known == 999), Some(999));
        assert_eq!(table.find(hash(1000), |known| known == 1000), None);
    }
}
