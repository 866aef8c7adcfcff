//! One JSON text that patches are applied to.

use std::borrow::Cow;
use std::io;

use crate::applying::Applying;
use crate::check::check;
use crate::error::ApplyError;
use crate::get;
use crate::layout::{Layout, has_lines};
use crate::limits::Limits;
use crate::node::Node;
use crate::patch::Patch;
use crate::pieces::Joined;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::Parts;
use crate::state::{State, advance};
use crate::syntax::SyntaxError;
use crate::text::Text;

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
    source: Source<'t>,
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
        let checked = check(text, limits)?;
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
        let in_lines = [state.before, state.behind, value]
            .into_iter()
            .any(has_lines);
        let around = Layout::around(&root, checked.source.parts(value), in_lines);
        Ok(Document {
            given: text,
            source: checked.source,
            state,
            around,
            limits: *limits,
        })
    }

    /// No document yet. Operations and merges see an empty object; the first patch that writes anything
    /// makes the document, with two spaces of indent and a final newline.
    pub fn absent(limits: &Limits) -> Document<'static> {
        let root = Text::Given("{}");
        let around = Layout::around(&root, Parts::of("{}"), true);
        let state = State {
            is_absent: true,
            before: "",
            root: Node::Text(root),
            behind: "\n",
            len: 3,
        };
        Document {
            given: b"",
            source: Source::default(),
            state,
            around,
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
        let before = self.state.clone();
        let mut applying = Applying {
            state: &mut self.state,
            around: &self.around,
            source: &self.source,
            limits: &self.limits,
            patch: None,
        };
        match applying.apply(patch) {
            Ok(()) => Ok(!self.state.has_text_of(&before)),
            Err(error) => {
                self.state = before;
                Err(error)
            }
        }
    }

    /// Whether the text is another one than the one that was parsed.
    pub fn is_changed(&self) -> bool {
        let mut rest = self.given;
        self.len() != rest.len() || !self.pieces().all(|piece| advance(&mut rest, piece))
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
            get::find(&self.state.root, at, &self.source)
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
