// SPDX-License-Identifier: Apache-2.0
//! The part of Markdown that matters here: headings, and the fenced blocks below them.
//! Text goes in and comes out verbatim: tabs and trailing blanks are part of a test.

use std::fmt;

/// A heading and the named blocks directly under it, in the order of the file.
pub(crate) struct Heading {
    /// The number of `#`; 0 for the part of the file before its first heading.
    pub(crate) level: usize,
    pub(crate) title: String,
    pub(crate) line: usize,
    pub(crate) blocks: Vec<Block>,
}

/// A fenced block with an info string. One without is an illustration and left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The info string, its words separated by single blanks.
    pub(crate) name: String,
    /// What stands between the fences: empty, or lines that end in a newline each.
    pub(crate) text: String,
    /// The line of the opening fence, counted from 1.
    pub(crate) line: usize,
    /// The opening fence, without the info string.
    pub(crate) fence: String,
}

/// What is wrong with a file, and in which line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(line: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// The headings of a file; the first is always the level 0 one.
pub(crate) fn parse(text: &str) -> Result<Vec<Heading>, Problem> {
    let mut headings = vec![Heading {
        level: 0,
        title: String::new(),
        line: 0,
        blocks: vec![],
    }];
    let mut lines = text.split_inclusive('\n').zip(1..);
    while let Some((raw, line)) = lines.next() {
        if let Some(fence) = fence(raw) {
            let block = block(raw, fence, line, &mut lines)?;
            if let Some(heading) = headings.last_mut() {
                add(&mut heading.blocks, block)?;
            }
        } else if fence(raw.trim_start()).is_some() {
            return Err(Problem::new(
                line,
                "a fence starts at the beginning of its line",
            ));
        } else if let Some((level, title)) = heading(raw) {
            headings.push(Heading {
                level,
                title,
                line,
                blocks: vec![],
            });
        }
    }
    Ok(headings)
}

/// Whether this line ends a block that was opened by `fence`.
pub(crate) fn closes(raw: &str, fence: &str) -> bool {
    let bare = raw.trim_end();
    bare.len() >= fence.len() && self::fence(bare) == Some(bare) && bare[..1] == fence[..1]
}

/// The run of three or more backticks or tildes that a fence line starts with.
fn fence(raw: &str) -> Option<&str> {
    let mark = raw
        .chars()
        .next()
        .filter(|mark| matches!(mark, '`' | '~'))?;
    let length = raw.len() - raw.trim_start_matches(mark).len();
    let inline_code = mark == '`' && raw[length..].contains('`');
    (length >= 3 && !inline_code).then(|| &raw[..length])
}

fn block<'a>(
    raw: &str,
    fence: &str,
    line: usize,
    lines: &mut impl Iterator<Item = (&'a str, usize)>,
) -> Result<Block, Problem> {
    let info = raw[fence.len()..].split_whitespace();
    let name = info.collect::<Vec<_>>().join(" ");
    let mut text = String::new();
    for (raw, _) in lines {
        if closes(raw, fence) {
            return Ok(Block {
                name,
                text,
                line,
                fence: fence.to_owned(),
            });
        }
        text.push_str(raw);
    }
    Err(Problem::new(line, "this fence is never closed"))
}

fn add(blocks: &mut Vec<Block>, block: Block) -> Result<(), Problem> {
    if blocks.iter().any(|known| known.name == block.name) {
        let message = format!("a second block named `{}` under one heading", block.name);
        return Err(Problem::new(block.line, message));
    }
    if !block.name.is_empty() {
        blocks.push(block);
    }
    Ok(())
}

fn heading(raw: &str) -> Option<(usize, String)> {
    let title = raw.trim_start_matches('#');
    let level = raw.len() - title.len();
    let is_heading = (1..=6).contains(&level) && title.starts_with([' ', '\t']);
    is_heading.then(|| (level, title.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Problem {
        parse(text).err().expect("the file is wrong")
    }

    #[test]
    fn blocks_are_verbatim_and_belong_to_their_heading() {
        let headings = parse("# A\n## B\n```x  y\n\ta \n# no heading\n```\n").expect("parses");
        let levels: Vec<_> = headings.iter().map(|heading| heading.level).collect();
        assert_eq!(levels, [0, 1, 2]);
        let [block] = &headings[2].blocks[..] else {
            panic!("one block")
        };
        assert_eq!((block.name.as_str(), block.line), ("x y", 3));
        assert_eq!(block.text, "\ta \n# no heading\n");
    }

    #[test]
    fn a_longer_fence_holds_shorter_ones() {
        let headings = parse("~~~~md\n~~~\n```\n~~~~\n").expect("parses");
        assert_eq!(headings[0].blocks[0].text, "~~~\n```\n");
    }

    #[test]
    fn a_block_without_a_name_is_an_illustration() {
        let headings = parse("# A\n```\nx\n```\n```\ny\n```\n").expect("parses");
        assert_eq!(headings[1].blocks, []);
    }

    #[test]
    fn what_would_be_ignored_is_refused() {
        assert_eq!(problem("# A\n```x\n").line, 2);
        assert_eq!(problem("# A\n  ```x\n  ```\n").line, 2);
        assert_eq!(problem("# A\n```x\n```\n```x\n```\n").line, 4);
    }
}
