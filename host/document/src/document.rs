//! One JSON text that patches are applied to.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use crate::check::check;
use crate::error::{ApplyError, ReadError};
use crate::get::{self, Found};
use crate::layout::{Layout, has_lines};
use crate::limits::Limits;
use crate::meter::{Meter, STEP};
use crate::node::Node;
use crate::patch::Patch;
use crate::pieces::Joined;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::state::State;
use crate::syntax::SyntaxError;
use crate::text::Text;
use crate::under;

/// One JSON text, and the patches applied to it since it was read.
///
/// What no patch touched is never copied: [`pieces`](Document::pieces) gives the new text as slices of
/// the old one and of what was inserted.
///
/// ```
/// use amend_document::{Document, Limits, Patch};
///
/// let mut document = Document::parse(b"[1.0,2,{\"a\":[]}]", &Limits::default())?;
/// let failing = r#"[{"op": "remove", "path": "/0"}, {"op": "test", "path": "/0", "value": 3}]"#;
/// let error = document.apply(&Patch::operations(failing)?).unwrap_err();
/// assert_eq!(error.to_string(), "operation 1 (test `/0`): expected 3, found 2");
/// assert_eq!(document.to_text(), "[1.0,2,{\"a\":[]}]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Document<'t> {
    /// The text as it was given.
    given: &'t [u8],
    source: Arc<Source<'t>>,
    /// As it was before the first patch.
    first: State<'t>,
    state: State<'t>,
    /// The layout around the root.
    around: Layout<'t>,
    limits: Limits,
}

impl<'t> Document<'t> {
    /// Checks a text, and takes it as a document.
    ///
    /// # Errors
    ///
    /// [`SyntaxError`] when the text is not one JSON text in UTF-8 (RFC 8259), an empty one included,
    /// or when it is nested deeper than [`Limits::depth`]. [`Limits::size`] is for what patches make,
    /// and not looked at here.
    pub fn parse(text: &'t [u8], limits: &Limits) -> Result<Document<'t>, SyntaxError> {
        Document::parse_within(text, limits, &Meter::unlimited()).map_err(ReadError::unmetered)
    }

    /// Checks a text, and takes it as a document, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when [`parse`](Document::parse) returns an error, or when it costs too much to check the text.
    pub fn parse_within(
        text: &'t [u8],
        limits: &Limits,
        meter: &Meter,
    ) -> Result<Document<'t>, ReadError> {
        let checked = check(text, limits, meter)?;
        let whole = checked.whole;
        let value = checked.value();
        let start = value.as_ptr().addr() - whole.as_ptr().addr();
        let root = Text::Given(value);
        let state = State {
            is_absent: false,
            before: &whole[..start],
            behind: &whole[start + value.len()..],
            root: Node::Text(root.clone()),
            len: text.len(),
        };
        let in_lines = || {
            let all = [state.before, state.behind, value];
            all.into_iter().any(has_lines)
        };
        let around = Layout::around(&root, checked.source.parts(value), in_lines, meter)?;
        Ok(Document {
            given: text,
            source: Arc::new(checked.source),
            first: state.clone(),
            state,
            around,
            limits: *limits,
        })
    }

    /// No document yet. Operations and merges see an empty object; the first patch that writes anything
    /// makes the document, with two spaces of indent and a final newline.
    pub fn absent(limits: &Limits) -> Document<'static> {
        let root = Text::Given("{}");
        let state = State {
            is_absent: true,
            before: "",
            root: Node::Text(root),
            behind: "\n",
            len: 3,
        };
        Document {
            given: b"",
            source: Arc::default(),
            first: state.clone(),
            state,
            around: Layout::pretty(),
            limits: *limits,
        }
    }

    /// Whether there is no document yet. It has no text then: no pieces, and a length of 0.
    pub fn is_absent(&self) -> bool {
        self.state.is_absent
    }

    /// Applies a patch: all of it, or, when it fails, nothing. Answers whether the text is another one
    /// than before.
    ///
    /// # Errors
    ///
    /// [`ApplyError`] when the document is not in the state that the patch needs (nothing is at a
    /// pointer, a test fails, …), or when the result would exceed the [`Limits`]; it says which. The
    /// document is as it was before the call.
    pub fn apply(&mut self, patch: &Patch) -> Result<bool, ApplyError> {
        self.apply_under(&Pointer::root(), patch)
    }

    /// Applies a patch as [`apply`](Document::apply) does, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// As [`apply`](Document::apply), and [`ApplyError::Exceeded`] when it costs too much.
    pub fn apply_within(&mut self, patch: &Patch, meter: &Meter) -> Result<bool, ApplyError> {
        self.apply_under_within(&Pointer::root(), patch, meter)
    }

    /// Applies a patch to what stands at a pointer, its scope, as if that were a document of its own: the
    /// patch's pointers begin there, and none leads out. All of it, or, when it fails, nothing. Answers
    /// whether the text is another one than before.
    ///
    /// Where nothing stands yet, the patch sees an absent document. When it writes anything, that is put
    /// there, and objects that are missing on the way are made; elements of an array are not.
    ///
    /// The text is edited as [`apply`](Document::apply) does with pointers that begin with the scope. What is
    /// outside stays byte for byte, and errors tell nothing about it.
    ///
    /// ```
    /// use amend_document::{Document, Limits, Patch, Pointer};
    ///
    /// let mut document = Document::parse(b"{\"a\": {\"x\": 1}, \"b\": 2}", &Limits::default())?;
    /// document.apply_under(&Pointer::parse("/a")?, &Patch::merge(r#"{"x": null, "y": 3}"#)?)?;
    /// assert_eq!(document.to_text(), "{\"a\": {\"y\": 3}, \"b\": 2}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`apply`](Document::apply), with pointers from the scope on; [`ApplyError::OutOfReach`] when there
    /// is no way to the scope and none can be made; and [`ApplyError::NoRoom`] instead of
    /// [`ApplyError::TooLarge`]. The limits hold for the whole document.
    pub fn apply_under(&mut self, scope: &Pointer, patch: &Patch) -> Result<bool, ApplyError> {
        self.apply_under_within(scope, patch, &Meter::unlimited())
    }

    /// Applies a patch as [`apply_under`](Document::apply_under) does, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// As [`apply_under`](Document::apply_under), and [`ApplyError::Exceeded`] when it costs too much.
    pub fn apply_under_within(
        &mut self,
        scope: &Pointer,
        patch: &Patch,
        meter: &Meter,
    ) -> Result<bool, ApplyError> {
        let before = self.state.clone();
        let length = self.len();
        let held = meter.memory_held();
        let written = under::apply(
            &mut self.state,
            &self.around,
            &self.source,
            &self.limits,
            scope,
            patch,
            meter,
        );
        let is_other = written.and_then(|written| {
            if !written {
                return Ok(None);
            }
            let longer = self.len().saturating_sub(length);
            let is_same = (meter.lengthen(longer as u64))
                .and_then(|()| self.state.has_text_of(&before, meter));
            is_same
                .map(|is_same| Some(!is_same))
                .map_err(under::exceeded)
        });
        if let Ok(Some(is_other)) = is_other {
            return Ok(is_other);
        }
        // An error, or nothing was written: what was made on the way is not to stay.
        self.state = before;
        meter.release(meter.memory_held().saturating_sub(held));
        is_other.map(|_| false)
    }

    /// What stands at a pointer now, as a document of its own; an absent one where nothing stands. It shares
    /// the text of this one, which is not checked again. Patches applied to it do nothing to this one.
    ///
    /// # Errors
    ///
    /// [`ApplyError::OutOfReach`] when the pointer leads through a name that is there twice.
    pub fn at(&self, scope: &Pointer) -> Result<Document<'_>, ApplyError> {
        self.at_within(scope, &Meter::unlimited())
    }

    /// What stands at a pointer now, as [`at`](Document::at) returns it, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// As [`at`](Document::at), and [`ApplyError::Exceeded`] when it costs too much to find.
    pub fn at_within(&self, scope: &Pointer, meter: &Meter) -> Result<Document<'_>, ApplyError> {
        meter.work(STEP).map_err(under::exceeded)?;
        let depth = self.limits.depth.saturating_sub(scope.tokens().len());
        let limits = self.limits.with_depth(depth);
        let (state, around) = if scope.is_root() {
            (self.state.clone(), self.around.clone())
        } else {
            let found = get::find(&self.state.root, scope, &self.source, meter);
            let root = match found.map_err(|error| under::out_of_reach(&error))? {
                Some(Found::Node(node)) => node.clone(),
                Some(Found::Text(text)) => Node::Text(Text::Given(text)),
                None => return Ok(Document::absent(&limits)),
            };
            let around = match &root {
                Node::Split(container) => container.layout.clone().outside(),
                Node::Text(text) => {
                    let parts = self.source.parts(text);
                    let around = Layout::around(text, parts, || has_lines(text), meter);
                    around.map_err(under::exceeded)?
                }
            };
            let state = State::of(root, meter).map_err(under::exceeded)?;
            (state, around)
        };
        Ok(Document {
            given: self.given,
            source: Arc::clone(&self.source),
            first: state.clone(),
            state,
            around,
            limits,
        })
    }

    /// Whether the text is another one than it was before the first patch.
    pub fn is_changed(&self) -> bool {
        let is_same = self.state.has_text_of(&self.first, &Meter::unlimited());
        !is_same.expect("the meter is unlimited")
    }

    /// The exact text of the value at a pointer, if there is one.
    ///
    /// # Errors
    ///
    /// [`ApplyError::Ambiguous`] when the pointer leads through a name that is there twice.
    pub fn get(&self, at: &Pointer) -> Result<Option<Cow<'_, str>>, ApplyError> {
        if self.state.is_absent {
            Ok(None)
        } else {
            let found = get::find(&self.state.root, at, &self.source, &Meter::unlimited());
            Ok(found?.map(Found::text))
        }
    }

    /// The text, as slices of the one that was parsed and of what patches have inserted.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        Joined::new(self.given, self.state.pieces())
    }

    /// How many bytes the text has. An absent document has none.
    #[expect(
        clippy::len_without_is_empty,
        reason = "the text of a document is never empty"
    )]
    pub fn len(&self) -> usize {
        if self.state.is_absent {
            0
        } else {
            self.state.len
        }
    }

    /// The whole text.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.len());
        text.extend(self.state.pieces());
        text
    }

    /// Writes the text, piece by piece.
    ///
    /// # Errors
    ///
    /// Whatever the writer answers.
    pub fn write_to(&self, writer: &mut dyn io::Write) -> io::Result<()> {
        self.pieces().try_for_each(|piece| writer.write_all(piece))
    }
}
