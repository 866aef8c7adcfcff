//! Changing a part of a document as if it were all of it.

use crate::applying::Applying;
use crate::error::{ApplyError, Attempt, Obstacle};
use crate::layout::Layout;
use crate::limits::Limits;
use crate::node::Node;
use crate::patch::Patch;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::Kind;
use crate::state::State;
use crate::text::Text;
use crate::walk::{Context, Missing, Target, target};

/// Applies a patch to what stands at `scope`, and says whether anything stands there then. When nothing does,
/// or after an error, the state may be half changed: whoever asked goes back.
///
/// The sub-document is taken out of the tree and is a root of its own meanwhile, in the layout it has as a
/// child. So a pointer cannot lead out of it, and no error can tell what is around it.
pub(crate) fn apply<'t>(
    state: &mut State<'t>,
    around: &Layout<'t>,
    source: &Source<'t>,
    limits: &Limits,
    scope: &Pointer,
    patch: &Patch,
) -> Result<bool, ApplyError> {
    let State { root, len, .. } = state;
    let mut len_now = *len;
    let context = Context {
        patch: None,
        operation: None,
        op: "reach",
        pointer: scope,
    };
    let way = target(
        (root, &mut len_now),
        around,
        source,
        &context,
        scope,
        Missing::IsMade,
    );
    let (of, place, beside, is_absent) = match way.map_err(out_of_reach)? {
        Target::Root => {
            let mut applying = Applying {
                state,
                around,
                beside: None,
                source,
                limits,
                patch: None,
            };
            applying.apply(patch)?;
            return Ok(!state.is_absent);
        }
        Target::Element { of, index } => {
            let place = of.slots.at(index);
            let place = place.ok_or_else(|| blocked(Obstacle::NoElement))?;
            (of, place, None, false)
        }
        Target::Member {
            of,
            place: Some(place),
            ..
        } => (of, place, None, false),
        Target::Member { of, name, .. } => {
            let beside = of.neighbour(None);
            let grown = of.insert(None, Some(name), Node::Text(Text::Given("{}")));
            len_now = len_now.saturating_add_signed(grown);
            let place = of.slots.last();
            let place = place.ok_or_else(|| blocked(Obstacle::NoElement))?;
            (of, place, beside, true)
        }
    };
    let around = of.layout.clone();
    let value = of.value(place);
    let mut below = State {
        is_absent,
        before: "",
        root: std::mem::replace(value, Node::Text(Text::Given(""))),
        behind: "",
        // That of the whole document, which the limit is on.
        len: len_now,
    };
    let depth = scope.tokens().len();
    let mut applying = Applying {
        state: &mut below,
        around: &around,
        beside: beside.as_ref(),
        source,
        limits: &limits.with_depth(limits.depth.saturating_sub(depth)),
        patch: None,
    };
    applying.apply(patch).map_err(without_size)?;
    if is_absent {
        // The way that was made is no step of the patch.
        let is_container = matches!(below.root.kind(), Kind::Object | Kind::Array);
        if depth + usize::from(is_container) > limits.depth {
            return Err(blocked(Obstacle::TooDeep));
        }
        if below.len > limits.size && below.len > *len {
            return Err(ApplyError::NoRoom {
                attempt: Attempt::reach(),
                limit: limits.size,
            });
        }
    }
    *value = below.root;
    *len = below.len;
    state.is_absent &= below.is_absent;
    Ok(!below.is_absent)
}

fn blocked(obstacle: Obstacle) -> ApplyError {
    ApplyError::OutOfReach {
        attempt: Attempt::reach(),
        obstacle,
    }
}

/// What is in the way to a sub-document, without saying what and where it is.
pub(crate) fn out_of_reach(error: ApplyError) -> ApplyError {
    blocked(match error {
        ApplyError::NotAContainer { .. } => Obstacle::NotAContainer,
        ApplyError::Ambiguous { .. } => Obstacle::Ambiguous,
        _ => Obstacle::NoElement,
    })
}

/// The size is that of the whole document.
fn without_size(error: ApplyError) -> ApplyError {
    match error {
        ApplyError::TooLarge { attempt, limit, .. } => ApplyError::NoRoom { attempt, limit },
        other => other,
    }
}
