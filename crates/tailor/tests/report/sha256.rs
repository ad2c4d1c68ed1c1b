// SPDX-License-Identifier: Apache-2.0
//! SHA-256 (FIPS 180-4) and base64 (RFC 4648): the digests of a content security policy.

/// The first 32 bits of the fractional parts of the square (`root` 2) or cube (3) roots
/// of the first primes.
fn fractions<const N: usize>(root: u32) -> [u32; N] {
    let mut primes = (2_u128..).filter(|n| (2..*n).all(|divisor| n % divisor != 0));
    std::array::from_fn(|_| {
        let scaled = primes.next().unwrap_or(2) << (32 * root);
        let (mut low, mut high) = (0_u128, 1 << 40);
        while high - low > 1 {
            let middle = u128::midpoint(low, high);
            if middle.pow(root) <= scaled {
                low = middle;
            } else {
                high = middle;
            }
        }
        u32::try_from(low & 0xffff_ffff).unwrap_or(0)
    })
}

pub(crate) fn digest(text: &[u8]) -> [u8; 32] {
    let constants: [u32; 64] = fractions(3);
    let mut state: [u32; 8] = fractions(2);
    let mut message = text.to_vec();
    message.push(0x80);
    message.resize((message.len() + 8).next_multiple_of(64) - 8, 0);
    message.extend((text.len() as u64 * 8).to_be_bytes());
    for block in message.as_chunks().0 {
        let words = schedule(block);
        let old = state;
        for (word, constant) in words.iter().zip(constants) {
            state = round(state, word.wrapping_add(constant));
        }
        state
            .iter_mut()
            .zip(old)
            .for_each(|(new, old)| *new = new.wrapping_add(old));
    }
    let mut digest = [0; 32];
    digest
        .as_chunks_mut()
        .0
        .iter_mut()
        .zip(state)
        .for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    digest
}

fn schedule(block: &[u8; 64]) -> [u32; 64] {
    let mut words = [0_u32; 64];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    for i in 16..64 {
        let (a, b) = (words[i - 15], words[i - 2]);
        let a = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
        let b = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
        words[i] = words[i - 16]
            .wrapping_add(a)
            .wrapping_add(words[i - 7])
            .wrapping_add(b);
    }
    words
}

fn round(state: [u32; 8], input: u32) -> [u32; 8] {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = state;
    let mixed = s4.rotate_right(6) ^ s4.rotate_right(11) ^ s4.rotate_right(25);
    let first = s7
        .wrapping_add(mixed)
        .wrapping_add((s4 & s5) ^ (!s4 & s6))
        .wrapping_add(input);
    let mixed = s0.rotate_right(2) ^ s0.rotate_right(13) ^ s0.rotate_right(22);
    let second = mixed.wrapping_add((s0 & s1) ^ (s0 & s2) ^ (s1 & s2));
    [
        first.wrapping_add(second),
        s0,
        s1,
        s2,
        s3.wrapping_add(first),
        s4,
        s5,
        s6,
    ]
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4_u32 {
            let letter = letters[(bits >> (18 - 6 * index) & 63) as usize];
            let used = index as usize <= chunk.len();
            text.push(if used { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_others_compute_it() {
        let digest = |text: &str| base64(&digest(text.as_bytes()));
        assert_eq!(digest(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(
            digest("abc"),
            "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
        let long = "a".repeat(119);
        assert_eq!(
            digest(&long),
            "MeulHDE6XAgiat8Y1KNZz9/Y0ugWsT9K+VL36mWE3Ps="
        );
        assert_eq!(base64(b"a"), "YQ==");
    }
}
