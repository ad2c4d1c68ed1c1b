// SPDX-License-Identifier: Apache-2.0
//! Enrollment tokens: `kge1.KEY.INSTANCE.GENERATION.EXPIRY.MAC`. The server can check one
//! without having stored it.

use kaas_types::agent::Id;
use ring::hmac;

const FORM: &str = "kge1";
const PURPOSE: &str = "kaas-guest-enroll-v1";
/// The stand-in has one key and one project.
const KEY: &str = "1";
const PROJECT: &str = "stand-in";

/// What a token says, once its code was found right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) instance: Id,
    pub(crate) generation: u64,
    /// Seconds of Unix time.
    pub(crate) expiry: u64,
}

impl Claim {
    pub(crate) fn token(&self, secret: &[u8]) -> String {
        let Self {
            instance,
            generation,
            expiry,
        } = self;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let mac = hmac::sign(&key, self.message().as_bytes());
        let mac = base64url(mac.as_ref());
        format!("{FORM}.{KEY}.{instance}.{generation}.{expiry}.{mac}")
    }

    /// The claim of a token, if the secret made it.
    pub(crate) fn of(token: &str, secret: &[u8]) -> Option<Self> {
        let parts: Vec<&str> = token.split('.').collect();
        let [FORM, KEY, instance, generation, expiry, _] = parts[..] else {
            return None;
        };
        let claim = Self {
            instance: Id::try_from(instance.to_owned()).ok()?,
            generation: generation.parse().ok()?,
            expiry: expiry.parse().ok()?,
        };
        same(claim.token(secret).as_bytes(), token.as_bytes()).then_some(claim)
    }

    fn message(&self) -> String {
        let (generation, expiry) = (self.generation.to_string(), self.expiry.to_string());
        [PURPOSE, PROJECT, &self.instance, &generation, &expiry].join("\0")
    }
}

/// Takes as long for any two texts of a length.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differences == 0
}

/// RFC 4648, section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        let digits =
            (0..=group.len()).map(|digit| DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]);
        text.extend(digits.map(char::from));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_only_as_it_was_made() {
        let claim = Claim {
            instance: Id::from_random([7; 16]),
            generation: 1,
            expiry: 99,
        };
        let token = claim.token(b"secret");
        assert_eq!(Claim::of(&token, b"secret").as_ref(), Some(&claim));
        assert_eq!(Claim::of(&token, b"other"), None);
        for place in 0..token.len() {
            let mut broken = token.clone().into_bytes();
            broken[place] ^= 1;
            let broken = String::from_utf8(broken).unwrap();
            assert_eq!(Claim::of(&broken, b"secret"), None, "{broken}");
        }
    }

    #[test]
    fn digits_are_those_of_the_rfc() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64url(plain.as_bytes()), coded);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }
}
