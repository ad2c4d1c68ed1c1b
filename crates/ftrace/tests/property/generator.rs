// SPDX-License-Identifier: Apache-2.0
//! Random traces and inventories, the same for the same seed on every machine.

use ftrace::inventory::{Evidence, Fact, FileSystem, Listener, Module, Mount, Processor};
use ftrace::{Builder, Entry, Inventory, Kernel, Phase, Phases, Recording, Sighting, Trace};
use ftrace::{Window, WindowSet};

pub(crate) struct Generator(u64);

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// xorshift64*.
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap();
        usize::try_from(self.next() % bound).unwrap()
    }

    fn chance(&mut self) -> bool {
        self.below(2) == 0
    }

    fn number(&mut self) -> u64 {
        let bits = self.below(64);
        self.next() >> bits
    }

    fn maybe<T>(&mut self, value: fn(&mut Self) -> T) -> Option<T> {
        self.chance().then(|| value(self))
    }

    /// With everything that has to be escaped; not empty.
    fn text(&mut self) -> String {
        const PARTS: [&str; 12] = [
            "a", "b c", "\t", "\n", "\r", "\0", "\\", "\\t", "ä", "#1 SMP", "-", "€",
        ];
        let length = self.below(5) + 1;
        (0..length)
            .map(|_| PARTS[self.below(PARTS.len())])
            .collect()
    }

    fn word(&mut self) -> Box<str> {
        const PARTS: [&str; 6] = ["vfs", "_", "read", ".isra.0", "tcp", "9"];
        let length = self.below(3) + 1;
        (0..length)
            .map(|_| PARTS[self.below(PARTS.len())])
            .collect::<String>()
            .into()
    }

    pub(crate) fn phase(&mut self) -> Phase {
        Phase::ALL[self.below(4)]
    }

    fn phases(&mut self) -> Phases {
        let count = self.below(4);
        (0..count).fold(Phases::NONE, |phases, _| {
            phases.union(Phases::only(self.phase()))
        })
    }

    pub(crate) fn entries(&mut self) -> Vec<Entry> {
        let count = self.below(20) + 1;
        let mut entries: Vec<_> = (0..count)
            .map(|_| Entry {
                module: self.maybe(Self::word),
                name: self.word(),
                offset: self.maybe(Self::number),
            })
            .collect();
        entries.sort();
        entries.dedup();
        entries
    }

    pub(crate) fn some_of(&mut self, count: usize) -> Vec<u32> {
        let all = 0..u32::try_from(count).unwrap();
        all.filter(|_| self.chance()).collect()
    }

    pub(crate) fn recording(&mut self) -> Recording {
        let mut recording = Recording {
            name: self.text(),
            started: self.maybe(Self::phase),
            clock: self.maybe(Self::text),
            unresolved: self.number(),
            is_truncated: self.chance(),
            ..Recording::default()
        };
        for phase in Phase::ALL {
            *recording.began.get_mut(phase) = self.maybe(Self::number);
            *recording.lost.get_mut(phase) = self.maybe(Self::number);
        }
        let windows = self.below(6);
        recording.windows = (0..windows)
            .map(|_| Window {
                start: self.number(),
                length: self.number(),
            })
            .collect();
        recording
    }

    pub(crate) fn sighting(&mut self, recording: u32, windows: usize) -> Sighting {
        let phases = self.phases();
        let windows = self.some_of(windows);
        Sighting {
            recording,
            phases,
            unobserved: self.phases().without(phases),
            first: self.maybe(Self::number),
            hits: self.maybe(Self::number),
            windows: WindowSet::from_iter(windows),
        }
    }

    fn kernel(&mut self) -> Kernel {
        Kernel {
            release: self.maybe(Self::text),
            version: self.maybe(Self::text),
            machine: self.maybe(Self::text),
            build_id: self.maybe(Self::text),
        }
    }

    pub(crate) fn trace(&mut self) -> Trace {
        let mut builder = Builder::new(self.kernel());
        let entries = self.entries();
        for _ in 0..=self.below(3) {
            let recording = self.recording();
            let windows = recording.windows.len();
            let number = builder.recording(recording).unwrap();
            for index in self.some_of(entries.len()) {
                let sighting = self.sighting(number, windows);
                builder
                    .see(entries[index as usize].clone(), sighting)
                    .unwrap();
            }
        }
        builder.build()
    }

    pub(crate) fn inventory(&mut self) -> Inventory {
        let count = self.below(20);
        Inventory {
            kernel: self.kernel(),
            evidence: (0..count)
                .map(|_| Evidence {
                    fact: self.fact(),
                    source: self.text(),
                })
                .collect(),
        }
    }

    /// Facts that together have every type of field.
    fn fact(&mut self) -> Fact {
        let list = |generator: &mut Self| -> Vec<String> {
            let count = generator.below(4);
            (0..count).map(|_| generator.text()).collect()
        };
        match self.below(5) {
            0 => Fact::from(Mount {
                source: self.text(),
                target: self.text(),
                ..Mount::default()
            }),
            1 => Fact::from(FileSystem {
                name: self.text(),
                needs_device: self.chance(),
            }),
            2 => Fact::from(Module {
                name: self.text(),
                size: self.number(),
                references: self.maybe(Self::number),
                users: list(self),
                base: self.maybe(Self::number),
            }),
            3 => Fact::from(Listener {
                family: self.text(),
                port: self.maybe(Self::number),
                program: self.maybe(Self::text),
                ..Listener::default()
            }),
            _ => Fact::from(Processor {
                flags: list(self),
                bugs: list(self),
                ..Processor::default()
            }),
        }
    }
}
