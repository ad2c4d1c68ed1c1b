// SPDX-License-Identifier: Apache-2.0
//! The pseudo-random numbers of glibc's `srand()` and `rand()`, bit for bit.
//!
//! `--randconfig` with a given seed must give the same `.config` as the C tool,
//! which takes its numbers from the C library. glibc's default generator is an
//! additive feedback register: each word is the sum, modulo 2^32, of the words
//! three and thirty-one places before it, and a number is a word without its
//! lowest bit.

use crate::number;

/// Words the register remembers.
const DEGREE: usize = 31;
/// How many places back the nearer of the two summands lies.
const SEPARATION: usize = 3;
/// Words thrown away after seeding, so that the seed is well mixed.
const WARM_UP: usize = 10 * DEGREE;

/// The state of `rand()`; made by seeding, as with `srand()`.
#[derive(Clone, Debug)]
pub struct Random {
    /// The last [`DEGREE`] words; the one to be replaced is at `next`.
    words: [u32; DEGREE],
    next: usize,
}

/// The seed that `KCONFIG_SEED` gives: a decimal, octal or hexadecimal number, cut
/// to 32 bits. `None` when the text is anything else (scripts/kconfig/conf.c:
/// `set_randconfig_seed()`).
pub fn parse_seed(text: &str) -> Option<u32> {
    let number = number::parse(text, 0);
    let low = number.signed().0.cast_unsigned() & 0xffff_ffff;
    u32::try_from(low)
        .ok()
        .filter(|_| !text.is_empty() && number.length == text.len())
}

impl Random {
    /// The sequence that `srand(seed)` starts. Zero counts as one.
    pub fn seeded(seed: u32) -> Self {
        let mut words = [0; DEGREE];
        let mut word = seed.max(1).cast_signed();
        for slot in &mut words {
            *slot = word.cast_unsigned();
            word = minimal_standard(word);
        }
        let mut random = Self {
            words,
            next: SEPARATION,
        };
        for _ in 0..WARM_UP {
            random.number();
        }
        random
    }

    /// The next number, as `rand()` returns it: below 2^31.
    pub fn number(&mut self) -> u32 {
        let near = self.words[(self.next + DEGREE - SEPARATION) % DEGREE];
        let word = self.words[self.next].wrapping_add(near);
        self.words[self.next] = word;
        self.next = (self.next + 1) % DEGREE;
        word >> 1
    }

    /// `rand() % bound`; zero when there is nothing to choose from.
    pub fn below(&mut self, bound: u32) -> u32 {
        self.number().checked_rem(bound).unwrap_or(0)
    }
}

/// 16807 times `word` modulo 2^31 - 1, without overflow (Schrage's division).
/// A seed above 2^31 is a negative word, and its remainder is lifted once.
fn minimal_standard(word: i32) -> i32 {
    let product = 16807 * (word % 127_773) - 2836 * (word / 127_773);
    if product < 0 {
        product + i32::MAX
    } else {
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a C program on glibc 2.36 printed: `seed`, the first five numbers, the 1001st.
    const GLIBC: &str = include_str!("random/glibc.txt");

    #[test]
    fn the_sequences_are_those_of_glibc() {
        let mut seeds = 0;
        for line in GLIBC.lines().filter(|line| !line.starts_with('#')) {
            let numbers: Vec<u32> = line
                .split_whitespace()
                .map(|word| word.parse().unwrap())
                .collect();
            let [seed, first @ .., last] = numbers.as_slice() else {
                panic!("{line}")
            };
            let mut random = Random::seeded(*seed);
            let mine: Vec<u32> = (0..1001).map(|_| random.number()).collect();
            assert_eq!(mine[..first.len()], *first, "seed {seed}");
            assert_eq!(mine[1000], *last, "seed {seed}");
            seeds += 1;
        }
        assert_eq!(seeds, 10);
    }

    #[test]
    fn five_thousand_seeds_have_the_sum_glibc_gives() {
        let mut sum = 0u32;
        for seed in 0..5000u32 {
            let mut random = Random::seeded(seed.wrapping_mul(2_654_435_761));
            for _ in 0..40 {
                sum = sum.wrapping_mul(31).wrapping_add(random.number());
            }
        }
        assert_eq!(sum, 900_399_737);
    }

    #[test]
    fn a_seed_is_a_whole_number_cut_to_32_bits() {
        assert_eq!(parse_seed("0x1F"), Some(31));
        assert_eq!(parse_seed(" -1"), Some(u32::MAX));
        assert_eq!(parse_seed("0x123456789"), Some(0x2345_6789));
        assert_eq!(parse_seed("99999999999999999999"), Some(u32::MAX));
        for text in ["", "12x", "08", "1 "] {
            assert_eq!(parse_seed(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_to_choose_from_is_zero() {
        assert_eq!(Random::seeded(1).below(0), 0);
    }
}
