// SPDX-License-Identifier: Apache-2.0
//! The macros that the compiler and the top Makefile define.

use std::fmt::Write;

use crate::unit::Kernel;

/// By the folder below `arch/`: what gcc predefines for 64 bits, and for 32.
const ARCHITECTURES: [(&str, &[&str], &[&str]); 8] = [
    (
        "x86",
        &["__x86_64__", "__x86_64", "__amd64__"],
        &["__i386__", "__i386"],
    ),
    ("arm64", &["__aarch64__"], &[]),
    ("arm", &[], &["__arm__"]),
    ("riscv", &["__riscv"], &["__riscv"]),
    (
        "powerpc",
        &["__powerpc64__", "__powerpc__", "__PPC64__"],
        &["__powerpc__"],
    ),
    ("s390", &["__s390x__", "__s390__"], &["__s390__"]),
    (
        "loongarch",
        &["__loongarch__", "__loongarch64"],
        &["__loongarch__"],
    ),
    ("mips", &["__mips__", "__mips64"], &["__mips__"]),
];

/// Of every compilation of kernel code by gcc.
const COMMON: &str = "\
#define __KERNEL__ 1
#define __STDC__ 1
#define __STDC_VERSION__ 201112L
#define __STDC_HOSTED__ 1
#define __OPTIMIZE__ 1
#define __ELF__ 1
#define __linux__ 1
#define __gnu_linux__ 1
#define __CHAR_BIT__ 8
#define __SIZEOF_INT__ 4
#define __SIZEOF_SHORT__ 2
#define __SIZEOF_LONG_LONG__ 8
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __ORDER_BIG_ENDIAN__ 4321
#define __has_attribute(x) 1
#define __has_builtin(x) 1
#define __has_feature(x) 0
#define __has_include(x) 0
#define __FILE__ \"file\"
#define __LINE__ 1
#define __COUNTER__ 0
#define KBUILD_MODNAME \"module\"
#define KBUILD_MODFILE \"module\"
#define KBUILD_BASENAME \"file\"
#define __KBUILD_MODNAME kmod_module
";

/// The text of all of them as directives.
pub(crate) fn macros(kernel: &Kernel<'_>) -> String {
    let is_set = |symbol: &str| kernel.config.get(symbol).is_some_and(|value| value == "y");
    let mut text = COMMON.to_owned();
    let wide = is_set("64BIT");
    if let Some((_, of_64, of_32)) = ARCHITECTURES.iter().find(|(arch, ..)| *arch == kernel.arch) {
        for name in if wide { *of_64 } else { *of_32 } {
            let _ = writeln!(text, "#define {name} 1");
        }
    }
    let (long, order) = (if wide { 8 } else { 4 }, is_set("CPU_BIG_ENDIAN"));
    let order = if order {
        "__ORDER_BIG_ENDIAN__"
    } else {
        "__ORDER_LITTLE_ENDIAN__"
    };
    let _ = writeln!(
        text,
        "#define __SIZEOF_LONG__ {long}\n#define __SIZEOF_POINTER__ {long}"
    );
    let _ = writeln!(text, "#define __BYTE_ORDER__ {order}");
    if wide {
        text.push_str("#define __LP64__ 1\n#define __SIZEOF_INT128__ 16\n");
    }
    text.push_str(&compiler(kernel));
    if is_set("DYNAMIC_FTRACE") {
        text.push_str("#define CC_USING_FENTRY 1\n#define CC_USING_PATCHABLE_FUNCTION_ENTRY 1\n");
    }
    text
}

/// Which compiler it was, as Kconfig knows it.
fn compiler(kernel: &Kernel<'_>) -> String {
    let number = |symbol: &str| -> u32 {
        let value = kernel.config.get(symbol).map_or("", String::as_str);
        value.parse().unwrap_or(0)
    };
    let clang = number("CLANG_VERSION");
    let (major, minor, patch) = match number("GCC_VERSION") {
        0 => (4, 2, 1),
        version => (version / 10000, version / 100 % 100, version % 100),
    };
    let mut text = format!(
        "#define __GNUC__ {major}\n#define __GNUC_MINOR__ {minor}\n#define __GNUC_PATCHLEVEL__ {patch}\n"
    );
    if clang > 0 {
        let _ = writeln!(
            text,
            "#define __clang__ 1\n#define __clang_major__ {}",
            clang / 10000
        );
    }
    text
}
