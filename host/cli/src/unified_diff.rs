//! The change from one text to another, as `diff -u` shows it.

use similar::TextDiff;
use std::fmt::Write;
use std::time::Duration;

/// The most time that is spent on finding the fewest lines that differ.
const TIME: Duration = Duration::from_secs(2);

/// The most lines of both texts together among which the fewest that differ are looked for. Each takes some fifty bytes of
/// memory meanwhile, and a guest may have made millions of them.
const LINES: usize = 200_000;

/// How many lines are shown before and after a change.
const CONTEXT: usize = 3;

/// The change; `names` are the names of the two texts.
///
/// Between texts of many lines, everything from the first line that differs to the last one is shown as one change.
pub(crate) fn unified_diff(names: [&str; 2], before: &str, after: &str) -> String {
    if lines(before) + lines(after) > LINES {
        return one_change(names, before, after);
    }
    TextDiff::configure()
        .timeout(TIME)
        .diff_lines(before, after)
        .unified_diff()
        .header(names[0], names[1])
        .to_string()
}

fn lines(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count() + 1
}

fn one_change(names: [&str; 2], before: &str, after: &str) -> String {
    let (old, new) = (before.split_inclusive('\n'), after.split_inclusive('\n'));
    let mut start = Common::default();
    for line in equal(old, new) {
        start.add(line);
    }
    let (old, new) = (&before[start.bytes..], &after[start.bytes..]);
    let mut end = Common::default();
    for line in equal(
        old.split_inclusive('\n').rev(),
        new.split_inclusive('\n').rev(),
    ) {
        end.add(line);
    }
    let removed = &old[..old.len() - end.bytes];
    let added = &new[..new.len() - end.bytes];
    let shown_before = last(&before[..start.bytes]);
    let shown_after: Vec<_> = before[before.len() - end.bytes..]
        .split_inclusive('\n')
        .take(CONTEXT)
        .collect();
    let context = shown_before.len() + shown_after.len();
    let mut diff = format!("--- {}\n+++ {}\n", names[0], names[1]);
    let range = |text: &str| {
        let count = context + text.split_inclusive('\n').count();
        // Lines are counted from 1. The place of no lines is the line before it.
        let first = start.lines - shown_before.len() + usize::from(count > 0);
        format!("{first},{count}")
    };
    // Writing to a string does not fail.
    let _ = writeln!(diff, "@@ -{} +{} @@", range(removed), range(added));
    let mut show = |sign: char, line: &str| {
        diff.push(sign);
        diff.push_str(line);
        if !line.ends_with('\n') {
            diff.push_str("\n\\ No newline at end of file\n");
        }
    };
    for line in shown_before {
        show(' ', line);
    }
    for line in removed.split_inclusive('\n') {
        show('-', line);
    }
    for line in added.split_inclusive('\n') {
        show('+', line);
    }
    for line in shown_after {
        show(' ', line);
    }
    diff
}

/// The last lines of a text.
fn last(text: &str) -> Vec<&str> {
    let mut lines: Vec<_> = text.split_inclusive('\n').rev().take(CONTEXT).collect();
    lines.reverse();
    lines
}

/// What two texts have in common at one end.
#[derive(Debug, Default)]
struct Common {
    lines: usize,
    bytes: usize,
}

impl Common {
    fn add(&mut self, line: &str) {
        self.lines += 1;
        self.bytes += line.len();
    }
}

/// The lines that both begin with.
fn equal<'t>(
    one: impl Iterator<Item = &'t str>,
    two: impl Iterator<Item = &'t str>,
) -> impl Iterator<Item = &'t str> {
    one.zip(two)
        .take_while(|(one, two)| one == two)
        .map(|(line, _)| line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `patch` has to make the second text of the first one.
    fn patched(before: &str, after: &str, diff: &str) {
        let scratch = tempfile::tempdir().unwrap();
        let (file, patch) = (scratch.path().join("file"), scratch.path().join("patch"));
        std::fs::write(&file, before).unwrap();
        std::fs::write(&patch, diff).unwrap();
        let status = std::process::Command::new("git")
            .args(["apply", "--unidiff-zero", "-p0", "patch"])
            .current_dir(scratch.path())
            .status()
            .unwrap();
        assert!(status.success(), "{diff}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), after);
    }

    #[test]
    fn one_change_is_a_patch() {
        for (before, after) in [
            ("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n6\n7\n8\n"),
            ("1\n2\n", "1\n2\n3"),
            ("1\n2", "1\n3\n2"),
            ("a\nb\n", "b\n"),
            ("a\na\na\na\na\n", "a\na\n"),
            ("a", "b"),
        ] {
            let diff = one_change(["file", "file"], before, after);
            patched(before, after, &diff);
            let fewest = unified_diff(["file", "file"], before, after);
            patched(before, after, &fewest);
        }
    }

    #[test]
    fn texts_of_many_lines_are_one_change() {
        let before = "1,\n".repeat(LINES);
        let after = format!("{before}2\n");
        let diff = unified_diff(["a", "b"], &before, &after);
        let expected = format!(
            "--- a\n+++ b\n@@ -{first},3 +{first},4 @@\n 1,\n 1,\n 1,\n+2\n",
            first = LINES - 2
        );
        assert_eq!(diff, expected);
    }
}
