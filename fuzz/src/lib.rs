// SPDX-License-Identifier: Apache-2.0
//! What every fuzz target needs before its first input.

use std::{mem, ptr};

/// A stack of its own for the signal handler: without it a stack overflow ends the
/// process before libFuzzer can write down the input that caused it.
pub fn prepare() {
    const SIZE: usize = 1 << 16;
    let memory: &'static mut [u8] = Box::leak(vec![0; SIZE].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: SIZE };
    // SAFETY: the memory is never freed and belongs to nobody else; an action of zeros is
    // the default one, and libFuzzer's handler takes over its flags.
    let refused = unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_flags = libc::SA_ONSTACK;
        libc::sigaltstack(&raw const stack, ptr::null_mut())
            | libc::sigaction(libc::SIGSEGV, &raw const action, ptr::null_mut())
    };
    assert_eq!(refused, 0, "no stack for the signal handler");
}
