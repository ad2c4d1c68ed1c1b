// SPDX-License-Identifier: Apache-2.0
//! What compilers and tools add to the name of a function.

/// The function that a symbol was made from: without the numbered copies of gcc and clang
/// (`.isra.0`, `.part.0`, `.constprop.0`, `.cold`, `.llvm.123`), without the prefix of the
/// padding before a function (`__pfx_`, since 6.2) and of its type's hash (`__cfi_`).
pub fn function_of(symbol: &str) -> &str {
    let end = symbol.char_indices().find(|(at, c)| *at > 0 && *c == '.');
    let stem = end.map_or(symbol, |(at, _)| symbol.get(..at).unwrap_or(symbol));
    ["__pfx_", "__cfi_"]
        .iter()
        .find_map(|prefix| stem.strip_prefix(prefix))
        .unwrap_or(stem)
}

#[cfg(test)]
mod tests {
    use super::function_of;

    #[test]
    fn a_copy_is_named_after_its_function() {
        for symbol in [
            "f",
            "f.isra.0",
            "f.part.0.constprop.3",
            "f.cold",
            "__pfx_f",
            "f.llvm.12",
        ] {
            assert_eq!(function_of(symbol), "f", "{symbol}");
        }
        assert_eq!(function_of(".f"), ".f");
    }
}
