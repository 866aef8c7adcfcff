//! How the children of a container are laid out, so that new ones can be laid out alike.

use crate::meter::{Exceeded, Meter, STEP};
use crate::split::{Kind, Part, Parts, kind};
use crate::text::Text;

/// The white space and the colon that a container puts between its children. Read off the text once,
/// when the container is split, and kept even when the last child is gone.
#[derive(Clone, Debug)]
pub(crate) struct Layout<'t> {
    /// What stands before the first child.
    pub(crate) first: Text<'t>,
    /// What stands before every other child.
    pub(crate) lead: Text<'t>,
    /// What stands between a child and the comma behind it.
    pub(crate) trail: Text<'t>,
    /// What stands before the closing bracket.
    pub(crate) closing: Text<'t>,
    /// What stands between a name and its value.
    pub(crate) colon: Text<'t>,
    /// What a line is indented by more than the line that it belongs to.
    pub(crate) unit: Text<'t>,
}

/// How the inside of a value is laid out.
#[derive(Clone, Debug)]
pub(crate) struct Style<'l> {
    /// A line for every child, or `None` for all on one line.
    pub(crate) lines: Option<Lines<'l>>,
    /// What follows a comma when all is on one line.
    pub(crate) comma: &'l str,
    pub(crate) colon: &'l str,
}

#[derive(Clone, Debug)]
pub(crate) struct Lines<'l> {
    pub(crate) newline: &'static str,
    /// The indent of the line that the value starts on.
    pub(crate) indent: &'l str,
    pub(crate) unit: &'l str,
}

impl<'t> Layout<'t> {
    /// The layout of what stands around the whole document: as if it were a child of something.
    ///
    /// A root without children says nothing about style. If there is a line end anywhere, as after
    /// `echo '{}' > file`, a person is likely to read it, and it opens up with two spaces.
    pub(crate) fn around(
        root: &Text<'t>,
        mut parts: Parts<'_>,
        is_in_lines: impl FnOnce() -> bool,
        meter: &Meter,
    ) -> Result<Layout<'t>, Exceeded> {
        let pretty = Layout::pretty();
        let compact = Layout {
            first: Text::Given(""),
            lead: Text::Given(""),
            trail: Text::Given(""),
            closing: Text::Given(""),
            colon: Text::Given(":"),
            unit: Text::Given("  "),
        };
        Ok(match first_lead(root) {
            None if is_in_lines() => pretty,
            None => compact,
            Some(_) => {
                let parent = if has_lines(root) { &pretty } else { &compact };
                let first_two = parts.first_two(meter)?;
                Layout::of(root, first_two, parent, meter)?.outside()
            }
        })
    }

    /// Every child on a line of its own.
    pub(crate) fn pretty() -> Layout<'t> {
        Layout {
            first: Text::Given("\n"),
            lead: Text::Given("\n"),
            trail: Text::Given(""),
            closing: Text::Given("\n"),
            colon: Text::Given(": "),
            unit: Text::Given("  "),
        }
    }

    /// Drops it. What was made for it is no longer counted.
    pub(crate) fn give_back(self, meter: &Meter) {
        let Layout {
            first,
            lead,
            trail,
            closing,
            colon,
            unit,
        } = self;
        for text in [first, lead, trail, closing, colon, unit] {
            text.give_back(meter);
        }
    }

    /// The work of looking for line ends in it.
    pub(crate) fn work(&self) -> u64 {
        let Layout {
            first,
            lead,
            trail,
            closing,
            colon,
            unit,
        } = self;
        let texts = [first, lead, trail, closing, colon, unit];
        texts.iter().map(|text| text.len() as u64).sum()
    }

    /// The layout around a whole document whose root has this one inside.
    pub(crate) fn outside(self) -> Layout<'t> {
        if self.in_lines() {
            let newline = Text::Given(newline(&self.first, &self.lead));
            Layout {
                first: newline.clone(),
                lead: newline.clone(),
                closing: newline,
                ..self
            }
        } else {
            // `colon` of an array is a guess by its commas.
            let colon = if self.lead.is_empty() {
                self.colon
            } else {
                Text::Given(": ")
            };
            Layout { colon, ..self }
        }
    }

    /// The layout of the children of `container`, which is a child in the layout `parent`.
    pub(crate) fn of(
        container: &Text<'t>,
        [one, two]: [Option<Part>; 2],
        parent: &Layout<'t>,
        meter: &Meter,
    ) -> Result<Layout<'t>, Exceeded> {
        let bytes = container.as_bytes();
        let behind = bytes.len() - 1;
        let content = bytes[..behind]
            .iter()
            .rposition(|byte| !is_space(*byte))
            .unwrap_or(0);
        let closing = container.slice(content + 1..behind);
        let Some(one) = one else {
            return Layout::of_empty(&closing, parent, meter);
        };
        let start = if one.name.0 == one.name.1 {
            one.value.0
        } else {
            one.name.0
        };
        let first = container.slice(one.start..start);
        let colon = match container.get(one.name.1..one.value.0) {
            Some(colon) if colon.contains(':') && !colon.contains('\n') => {
                container.slice(one.name.1..one.value.0)
            }
            _ => parent.colon.clone(),
        };
        let (lead, trail) = match two {
            Some(two) => {
                let start = if two.name.0 == two.name.1 {
                    two.value.0
                } else {
                    two.name.0
                };
                (
                    container.slice(two.start..start),
                    container.slice(one.value.1..one.end),
                )
            }
            None if first.contains('\n') => (first.clone(), Text::Given("")),
            None if parent.in_lines() || colon.ends_with(' ') => {
                (Text::Given(" "), Text::Given(""))
            }
            None => (parent.lead.clone(), Text::Given("")),
        };
        let unit = match (indent(&first), indent(&closing)) {
            (Some(inner), Some(outer)) if inner.len() > outer.len() && inner.starts_with(outer) => {
                first.slice(first.len() - inner.len() + outer.len()..first.len())
            }
            _ => parent.unit.clone(),
        };
        let layout = Layout {
            first,
            lead,
            trail,
            closing,
            colon,
            unit,
        };
        meter.work(STEP + 2 * layout.work())?;
        Ok(layout)
    }

    fn of_empty(
        inside: &Text<'t>,
        parent: &Layout<'t>,
        meter: &Meter,
    ) -> Result<Layout<'t>, Exceeded> {
        meter.work(STEP + parent.work() + inside.len() as u64)?;
        if !parent.in_lines() && !inside.contains('\n') {
            return Ok(Layout {
                first: Text::Given(""),
                closing: Text::Given(""),
                ..parent.clone()
            });
        }
        let closing = if inside.contains('\n') {
            inside.clone()
        } else {
            parent.lead.clone()
        };
        let own = indent(&closing).unwrap_or_default();
        let newline = newline(&closing, &parent.lead);
        let lead = Text::concat(&[newline, own, &parent.unit], meter)?;
        let closing = Text::concat(&[newline, own], meter)?;
        Ok(Layout {
            first: lead.clone(),
            lead,
            trail: Text::Given(""),
            closing,
            colon: parent.colon.clone(),
            unit: parent.unit.clone(),
        })
    }

    /// Whether every child stands on a line of its own.
    pub(crate) fn in_lines(&self) -> bool {
        self.lead.contains('\n')
    }

    /// The style for the inside of a child.
    pub(crate) fn of_child(&self) -> Style<'_> {
        self.style(indent(&self.lead))
    }

    /// The style for the inside of the container whose children this layout is of.
    pub(crate) fn of_self(&self) -> Style<'_> {
        self.style(indent(&self.lead).map(|_| indent(&self.closing).unwrap_or_default()))
    }

    fn style<'l>(&'l self, indent: Option<&'l str>) -> Style<'l> {
        Style {
            lines: indent.map(|indent| Lines {
                newline: newline(&self.lead, &self.closing),
                indent,
                unit: &self.unit,
            }),
            comma: if self.in_lines() { " " } else { &self.lead },
            colon: &self.colon,
        }
    }
}

/// Whether the value is a container with something in it, and what stands before the first child.
fn first_lead(value: &str) -> Option<&str> {
    if !matches!(kind(value), Kind::Object | Kind::Array) {
        return None;
    }
    let inside = &value[1..];
    let rest = inside.trim_start_matches([' ', '\t', '\r', '\n']);
    (rest.len() > 1).then(|| &inside[..inside.len() - rest.len()])
}

/// Whether a text has more than one line, going by how it starts: whoever breaks lines does it soon.
pub(crate) fn has_lines(text: &str) -> bool {
    let start = &text.as_bytes()[..text.len().min(4096)];
    start.contains(&b'\n')
}

/// Whether the value is a container with children.
pub(crate) fn has_children(value: &str) -> bool {
    first_lead(value).is_some()
}

/// What the last line of this white space is indented by, when it has line ends.
pub(crate) fn indent(space: &str) -> Option<&str> {
    space.rfind('\n').map(|at| &space[at + 1..])
}

fn newline(one: &str, other: &str) -> &'static str {
    if one.contains("\r\n") || other.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    }
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
