// SPDX-License-Identifier: Apache-2.0
//! A line of `trace_pipe`, of the events that are watched. The name of a process stands before
//! them and may be anything, so a line is read from its end.

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// A system call of a process begins, with its first three arguments.
    Enter {
        process: u32,
        number: u32,
        arguments: [u64; 3],
    },
    /// It ends with an error.
    Exit {
        process: u32,
        number: u32,
        error: i32,
    },
    /// The kernel asks for a module.
    Request { name: &'a str },
    /// So many events were lost before this.
    Lost(u64),
}

/// The kernel's own limit, include/linux/moduleparam.h: `MODULE_NAME_LEN`, and some more.
const NAME_LIMIT: usize = 100;

impl<'a> Event<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let line = line.trim_end();
        if let Some(lost) = line.strip_suffix(" EVENTS]") {
            let (_, count) = lost.rsplit_once("[LOST ")?;
            return count.parse().ok().map(Self::Lost);
        }
        if let Some((before, after)) = line.rsplit_once(": module_request: ") {
            process(before)?;
            let (name, _) = after.rsplit_once(" wait=")?;
            return is_name(name).then_some(Self::Request { name });
        }
        if let Some((before, after)) = line.rsplit_once(": sys_exit: NR ") {
            let (number, error) = after.split_once(" = ")?;
            let (number, error) = (number.parse().ok()?, error.parse().ok()?);
            return Some(Self::Exit {
                process: process(before)?,
                number,
                error,
            });
        }
        let (before, after) = line.rsplit_once(": sys_enter: NR ")?;
        let (number, arguments) = after.strip_suffix(')')?.split_once(" (")?;
        let mut arguments = arguments
            .split(", ")
            .map(|digits| u64::from_str_radix(digits, 16).ok());
        let mut next = || arguments.next().flatten();
        let arguments = [next()?, next()?, next()?];
        Some(Self::Enter {
            process: process(before)?,
            number: number.parse().ok()?,
            arguments,
        })
    }
}

/// `NAME-NUMBER [CPU] FLAGS TIME`
fn process(before: &str) -> Option<u32> {
    let (name, _) = before.rsplit_once(" [")?;
    let (_, number) = name.trim_end().rsplit_once('-')?;
    number.parse().ok()
}

fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:.+".contains(&byte);
    !name.is_empty() && name.len() <= NAME_LIMIT && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::Event;

    #[test]
    fn lines_as_the_kernel_writes_them() {
        let cases = [
            (
                "          python3-3410    [001] .....  8123.441870: sys_enter: NR 41 (a, 80801, 6, 0, 7f2, 0)",
                Event::Enter {
                    process: 3410,
                    number: 41,
                    arguments: [0xa, 0x80801, 6],
                },
            ),
            (
                "          python3-3410    [001] .....  8123.441871: sys_exit: NR 41 = -97",
                Event::Exit {
                    process: 3410,
                    number: 41,
                    error: -97,
                },
            ),
            (
                " my prog: x-1 [0] -12   [000] ..... 1.5: sys_exit: NR 425 = -38\n",
                Event::Exit {
                    process: 12,
                    number: 425,
                    error: -38,
                },
            ),
            (
                "  mount-77 [000] ..... 1.5: module_request: fs-xfs wait=1 call_site=get_fs_type+0x9a",
                Event::Request { name: "fs-xfs" },
            ),
            ("CPU:1 [LOST 4711 EVENTS]", Event::Lost(4711)),
        ];
        for (line, expected) in cases {
            assert_eq!(Event::parse(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn other_lines_are_nothing() {
        let long = format!(
            " a-1 [0] . 1.5: module_request: {} wait=1 call_site=x",
            "m".repeat(200)
        );
        for line in [
            "",
            "# tracer: nop",
            " a-1 [0] ..... 1.5: sched_switch: prev_comm=x",
            " a-1 [0] ..... 1.5: sys_exit: NR x = -38",
            " a-1 [0] ..... 1.5: sys_exit: NR 99999999999 = -38",
            " a-1 [0] ..... 1.5: sys_enter: NR 41 (a, g)",
            ": sys_exit: NR 1 = -38",
            " a-1 [0] . 1.5: module_request: a\u{1b}[31m wait=1 call_site=x",
            &long,
            "CPU:1 [LOST many EVENTS]",
        ] {
            assert_eq!(Event::parse(line), None, "{line}");
        }
    }
}
