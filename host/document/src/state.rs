//! What a patch changes.

use crate::meter::{BLOCK, Exceeded, Meter, STEP};
use crate::node::Node;

/// All that a patch changes. A clone of it is cheap, as it shares the tree: that is how a patch which
/// fails leaves no trace.
#[derive(Clone, Debug)]
pub(crate) struct State<'t> {
    /// Whether there is no document yet, so that `root` is only what patches see.
    pub(crate) is_absent: bool,
    /// Byte order mark and white space in front of the root.
    pub(crate) before: &'t str,
    pub(crate) root: Node<'t>,
    /// The white space behind the root.
    pub(crate) behind: &'t str,
    /// The bytes of all three.
    pub(crate) len: usize,
}

/// Whether `rest` starts with the piece, and then what follows it. A piece that is the very same memory
/// need not be read.
fn advance(rest: &mut &[u8], piece: &[u8]) -> bool {
    let Some((start, behind)) = rest.split_at_checked(piece.len()) else {
        return false;
    };
    *rest = behind;
    std::ptr::eq(start, piece) || start == piece
}

impl<'t> State<'t> {
    /// Of a value that nothing stands around.
    pub(crate) fn of(root: Node<'t>, meter: &Meter) -> Result<State<'t>, Exceeded> {
        Ok(State {
            is_absent: false,
            before: "",
            len: root.len(meter)?,
            root,
            behind: "",
        })
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = &str> {
        let before = Some(self.before).filter(|text| !text.is_empty());
        let behind = Some(self.behind).filter(|text| !text.is_empty());
        let all = before.into_iter().chain(self.root.pieces()).chain(behind);
        all.take(if self.is_absent { 0 } else { usize::MAX })
    }

    /// Whether the text is the same, however it is cut into pieces.
    pub(crate) fn has_text_of(&self, other: &State<'_>, meter: &Meter) -> Result<bool, Exceeded> {
        if self.is_absent != other.is_absent || self.len != other.len {
            return Ok(false);
        }
        let (mut ours, mut theirs) = (self.pieces(), other.pieces());
        let (mut one, mut two) = (&b""[..], &b""[..]);
        loop {
            if one.is_empty() {
                one = ours.next().unwrap_or_default().as_bytes();
            }
            if two.is_empty() {
                two = theirs.next().unwrap_or_default().as_bytes();
            }
            let both = one.len().min(two.len());
            if both == 0 {
                // The lengths are equal, so both have come to their end.
                return Ok(true);
            }
            meter.work(STEP + both as u64 / BLOCK)?;
            let mut rest = one;
            if !advance(&mut rest, &two[..both]) {
                return Ok(false);
            }
            (one, two) = (rest, &two[both..]);
        }
    }
}
