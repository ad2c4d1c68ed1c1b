// SPDX-License-Identifier: Apache-2.0
//! A page of the kernel's ring buffer, as `trace_pipe_raw` gives it: a
//! `buffer_data_page` and its events (`kernel/trace/ring_buffer.c`, `include/linux/ring_buffer.h`).

/// Where the parts of a page are: `events/header_page`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageLayout {
    /// Of the commit counter, and of its size: 4 or 8.
    commit: usize,
    commit_size: usize,
    /// Where events begin.
    data: usize,
    /// Bytes of a whole page.
    pub(crate) size: usize,
}

/// A page that was read.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    events: &'a [u8],
    time: u64,
}

/// More bytes than any event takes that is asked for.
const LONGEST: usize = 256;

/// The payload of an event, and when it was written, in nanoseconds of the tracer's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) time: u64,
    pub(crate) data: &'a [u8],
}

/// Of the commit counter; those above say that events were lost.
const LENGTH: u64 = 0xf_ffff;

const PADDING: u32 = 29;
const TIME_EXTEND: u32 = 30;
const TIME_STAMP: u32 = 31;
/// Bits of a time that are in the word of an event itself.
const DELTA_BITS: u32 = 27;

impl PageLayout {
    /// From the text of `events/header_page`: `field: NAME; offset:N; size:N; signed:N;`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| {
            let line = text.lines().find(|line| names(line, name))?;
            Some((number(line, "offset:")?, number(line, "size:")?))
        };
        let (commit, commit_size) = field("commit")?;
        let (data, size) = field("data")?;
        let is_plausible = matches!(commit_size, 4 | 8)
            && (commit + commit_size..=64).contains(&data)
            && (1024..=1 << 20).contains(&(data + size));
        is_plausible.then_some(Self {
            commit,
            commit_size,
            data,
            size: data + size,
        })
    }
}

/// `\tfield: local_t commit;\toffset:8;…`: the last word before the first semicolon.
fn names(line: &str, name: &str) -> bool {
    let declared = line.split(';').next().unwrap_or_default();
    declared.trim_end().ends_with(&format!(" {name}"))
}

/// The number behind a key in a line of a format.
pub(super) fn number(line: &str, key: &str) -> Option<usize> {
    let (_, after) = line.split_once(key)?;
    let end = after.find(|c: char| !c.is_ascii_digit());
    after[..end.unwrap_or(after.len())].parse().ok()
}

impl<'a> Page<'a> {
    /// `None` when the bytes are no page.
    pub(crate) fn parse(layout: &PageLayout, bytes: &'a [u8]) -> Option<Self> {
        let time = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
        let commit = bytes.get(layout.commit..layout.commit + layout.commit_size)?;
        let commit = commit
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte));
        let length = usize::try_from(commit & LENGTH).ok()?;
        let events = bytes.get(layout.data..layout.data.checked_add(length)?)?;
        Some(Self { events, time })
    }

    /// Whether the kernel went on with another page, since no event had room on this one.
    pub(crate) fn is_full(&self, layout: &PageLayout) -> bool {
        self.events.len() + LONGEST > layout.size - layout.data
    }

    pub(crate) fn records(&self) -> Records<'a> {
        Records {
            rest: self.events,
            time: self.time,
        }
    }
}

/// The events of a page, in order. Ends at the first that cannot be one.
pub(crate) struct Records<'a> {
    rest: &'a [u8],
    time: u64,
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        loop {
            let head = word(self.rest, 0)?;
            let (kind, delta) = (head & 31, u64::from(head >> 5));
            match kind {
                PADDING if delta == 0 => return None,
                PADDING => {
                    self.time = self.time.wrapping_add(delta);
                    let length = usize::try_from(word(self.rest, 4)?).ok()?;
                    self.skip(length.checked_add(4)?)?;
                }
                TIME_EXTEND => {
                    let high = u64::from(word(self.rest, 4)?) << DELTA_BITS;
                    self.time = self.time.wrapping_add(high + delta);
                    self.skip(8)?;
                }
                TIME_STAMP => {
                    self.time = (u64::from(word(self.rest, 4)?) << DELTA_BITS) + delta;
                    self.skip(8)?;
                }
                _ => {
                    self.time = self.time.wrapping_add(delta);
                    return self.record(kind);
                }
            }
        }
    }
}

impl<'a> Records<'a> {
    fn skip(&mut self, length: usize) -> Option<()> {
        self.rest = self.rest.get(length..)?;
        Some(())
    }

    /// Up to 28 words of data, or a length of its own, which counts itself.
    fn record(&mut self, words: u32) -> Option<Record<'a>> {
        let (from, to) = match words {
            0 => (
                8,
                usize::try_from(word(self.rest, 4)?).ok()?.checked_add(4)?,
            ),
            _ => (4, 4 + 4 * words as usize),
        };
        let data = self.rest.get(from..to)?;
        self.skip(to)?;
        let time = self.time;
        Some(Record { time, data })
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(word.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: &str = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\
        \tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n\
        \tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\
        \tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

    fn layout() -> PageLayout {
        PageLayout::parse(LAYOUT).unwrap()
    }

    fn page(flags: u64, words: &[u32]) -> Vec<u8> {
        let data: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut page = 1000u64.to_le_bytes().to_vec();
        page.extend((data.len() as u64 | flags).to_le_bytes());
        page.extend(data);
        page.resize(4096, 0);
        page
    }

    #[test]
    fn a_layout_says_how_large_a_page_is() {
        assert_eq!(layout().size, 4096);
        assert_eq!(layout().data, 16);
        for wrong in [
            "",
            "field: char data; offset:16; size:9;",
            &LAYOUT.replace("4080", "9999999"),
        ] {
            assert_eq!(PageLayout::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_page_is_full_when_no_event_has_room() {
        let full = |words: usize| {
            let bytes = page(0, &vec![0; words]);
            Page::parse(&layout(), &bytes).unwrap().is_full(&layout())
        };
        assert!(full(1020) && full(1000));
        assert!(!full(10) && !full(900));
    }

    #[test]
    fn times_add_up_over_extensions_and_padding() {
        let words = [
            2 | 5 << 5,
            7,
            8, // two words, 5 ns later
            TIME_EXTEND | 1 << 5,
            1, // 2^27 + 1 ns
            PADDING | 2 << 5,
            8,
            0, // discarded
            10 << 5,
            8,
            9, // a length of its own: one word
            PADDING,
            0, // nothing more
        ];
        let bytes = page(0, &words);
        let page = Page::parse(&layout(), &bytes).unwrap();
        let records: Vec<Record<'_>> = page.records().collect();
        assert_eq!(
            records[0],
            Record {
                time: 1005,
                data: &[7, 0, 0, 0, 8, 0, 0, 0]
            }
        );
        let later = 1005 + (1 << 27) + 1 + 2 + 10;
        assert_eq!(
            records[1],
            Record {
                time: later,
                data: &[9, 0, 0, 0]
            }
        );
        assert_eq!(records.len(), 2);
    }

    #[test]
    fn an_absolute_time_replaces_the_pages() {
        let bytes = page(0, &[TIME_STAMP | 3 << 5, 2, 1 | 1 << 5, 0]);
        let page = Page::parse(&layout(), &bytes).unwrap();
        assert_eq!(page.records().next().unwrap().time, (2 << 27) + 3 + 1);
    }

    /// What was lost is counted by the buffers' statistics: these bits only say that there was.
    #[test]
    fn that_events_were_lost_before_it_does_not_make_a_page_longer() {
        let bytes = page(1 << 31 | 1 << 30, &[1, 0]);
        assert_eq!(Page::parse(&layout(), &bytes).unwrap().records().count(), 1);
    }

    #[test]
    fn no_bytes_make_it_panic_or_go_on_for_ever() {
        let mut state = 88_172_645_463_325_252u64;
        for _ in 0..2000 {
            let bytes: Vec<u8> = (0..256)
                .map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    state.to_le_bytes()[0]
                })
                .collect();
            let mut bytes = bytes;
            bytes[8..16].copy_from_slice(&200u64.to_le_bytes());
            let page = Page::parse(&layout(), &bytes).unwrap();
            assert!(page.records().count() <= 64);
        }
        assert!(Page::parse(&layout(), &[0; 12]).is_none());
    }
}
