//! Changing a sub-document as if it were a document of its own.

use crate::applying::Applying;
use crate::error::{ApplyError, Attempt, Obstacle};
use crate::fit::Fitted;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::meter::{Exceeded, Meter};
use crate::node::Node;
use crate::patch::Patch;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::Kind;
use crate::state::State;
use crate::text::Text;
use crate::walk::{Context, Missing, Target, target};

/// Where a sub-document stands.
struct Spot<'a, 't> {
    value: &'a mut Node<'t>,
    /// The layout that it is a child in.
    around: Layout<'t>,
    /// By how much the text has grown, when the sub-document was absent and had to be put there.
    made: Option<isize>,
    /// The child beside which it was put.
    beside: Option<Text<'t>>,
}

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
    meter: &Meter,
) -> Result<bool, ApplyError> {
    let mut len = state.len;
    let context = Context {
        patch: None,
        operation: None,
        op: "reach",
        pointer: scope,
    };
    let root = (&mut state.root, &mut len);
    let way = target(
        root,
        around,
        source,
        &context,
        scope,
        Missing::IsMade,
        meter,
    );
    let Some(spot) = spot(way.map_err(|error| out_of_reach(&error))?, meter)? else {
        let mut applying = Applying {
            state,
            around,
            beside: None,
            source,
            limits,
            meter,
            patch: None,
        };
        applying.apply(patch)?;
        return Ok(!state.is_absent);
    };
    let depth = scope.tokens().len();
    let mut below = State {
        is_absent: spot.made.is_some(),
        before: "",
        root: std::mem::replace(spot.value, Node::Text(Text::Given(""))),
        behind: "",
        // That of the whole document, which is what the limit is on.
        len: len.saturating_add_signed(spot.made.unwrap_or(0)),
    };
    let mut applying = Applying {
        state: &mut below,
        around: &spot.around,
        beside: spot.beside.as_ref(),
        source,
        limits: &limits.with_depth(limits.depth.saturating_sub(depth)),
        meter,
        patch: None,
    };
    applying.apply(patch).map_err(without_size)?;
    if spot.made.is_some() {
        check(&below, depth, limits, state.len)?;
    }
    let is_there = !below.is_absent;
    *spot.value = below.root;
    state.len = below.len;
    state.is_absent &= below.is_absent;
    Ok(is_there)
}

/// Puts an absent sub-document where it is to be, as an empty object. `None` is the whole document.
fn spot<'a, 't>(target: Target<'a, 't>, meter: &Meter) -> Result<Option<Spot<'a, 't>>, ApplyError> {
    let (of, place, made, beside) = match target {
        Target::Root => return Ok(None),
        Target::Element { of, index } => {
            let place = of.slots.at(index, meter).map_err(exceeded)?;
            (of, place, None, None)
        }
        Target::Member {
            of,
            name,
            place: None,
        } => {
            let beside = of.neighbour(None, meter).map_err(exceeded)?;
            let object = Fitted::given("{}");
            let made = of.insert(None, Some(name), object, meter);
            let (place, grown) = made.map_err(exceeded)?;
            (of, Some(place), Some(grown), beside)
        }
        Target::Member { of, place, .. } => (of, place, None, None),
    };
    let place = place.ok_or_else(|| blocked(Obstacle::NoElement))?;
    Ok(Some(Spot {
        around: of.layout.clone(),
        value: of.value(place, meter).map_err(exceeded)?,
        made,
        beside,
    }))
}

/// The way to a sub-document that was absent is no step of the patch, so nobody has looked at what it takes.
fn check(
    below: &State<'_>,
    depth: usize,
    limits: &Limits,
    len_before: usize,
) -> Result<(), ApplyError> {
    let is_container = matches!(below.root.kind(), Kind::Object | Kind::Array);
    if depth + usize::from(is_container) > limits.depth {
        return Err(blocked(Obstacle::TooDeep));
    }
    if below.len > limits.size && below.len > len_before {
        return Err(ApplyError::NoRoom {
            attempt: Attempt::reach(),
            limit: limits.size,
        });
    }
    Ok(())
}

fn blocked(obstacle: Obstacle) -> ApplyError {
    ApplyError::OutOfReach {
        attempt: Attempt::reach(),
        obstacle,
    }
}

/// What is in the way to a sub-document, without saying what and where it is.
pub(crate) fn out_of_reach(error: &ApplyError) -> ApplyError {
    if let ApplyError::Exceeded { exceeded, .. } = error {
        return self::exceeded(*exceeded);
    }
    blocked(match error {
        ApplyError::NotAContainer { .. } => Obstacle::NotAContainer,
        ApplyError::Ambiguous { .. } => Obstacle::Ambiguous,
        _ => Obstacle::NoElement,
    })
}

/// The cost of getting to a sub-document.
pub(crate) fn exceeded(exceeded: Exceeded) -> ApplyError {
    ApplyError::Exceeded {
        attempt: Attempt::reach(),
        exceeded,
    }
}

/// The size is that of the whole document.
fn without_size(error: ApplyError) -> ApplyError {
    match error {
        ApplyError::TooLarge { attempt, limit, .. } => ApplyError::NoRoom { attempt, limit },
        other => other,
    }
}
