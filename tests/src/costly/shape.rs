//! Values that are expensive to read, to compare, to copy or to lay out.

use arbitrary::{Result, Unstructured};
use std::fmt::Write;

/// The deepest value. The limit on a document's depth is 512, and an answer is inside of its guest's arguments.
pub(super) const DEEPEST: usize = 503;

/// How a value is built: a container, and the elements in it.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    element: Element,
    container: Container,
    layout: Layout,
    /// How many arrays the container is nested in.
    depth: usize,
}

#[derive(Debug, Clone, Copy)]
enum Element {
    Count,
    One,
    LongNumber(usize),
    Fraction(usize),
    LongString(usize),
    Escapes(usize),
    EmptyArray,
    EmptyObject,
    Deep(usize),
    Row,
}

#[derive(Debug, Clone, Copy)]
enum Container {
    Array,
    /// An object whose members have distinct names.
    Members,
    /// The same with names that differ at the end of so many bytes.
    LongNames(usize),
    /// The same with names that are written with escapes.
    EscapedNames,
    /// An object whose members all have the same name.
    Duplicates,
}

#[derive(Debug, Clone, Copy)]
enum Layout {
    Compact,
    Spaced,
    /// One element on each line.
    Lines(usize),
}

/// How a value differs from another one of its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    Same,
    Reversed,
    Shuffled,
    /// The same values, written in another way.
    Respelt,
    Shifted,
    /// Without every other element.
    Thinned,
    /// Without its last element.
    Shortened,
    /// Without white space.
    Compact,
}

const VARIANTS: [Variant; 8] = [
    Variant::Same,
    Variant::Reversed,
    Variant::Shuffled,
    Variant::Respelt,
    Variant::Shifted,
    Variant::Thinned,
    Variant::Shortened,
    Variant::Compact,
];

impl Variant {
    pub(super) fn any(u: &mut Unstructured<'_>) -> Result<Variant> {
        u.choose(&VARIANTS).copied()
    }
}

impl Shape {
    pub(super) fn any(u: &mut Unstructured<'_>) -> Result<Shape> {
        let long = 1 << u.int_in_range(4..=20)?;
        let deep = u.int_in_range(1..=DEEPEST - 2)?;
        let element = *u.choose(&[
            Element::Count,
            Element::One,
            Element::LongNumber(long),
            Element::Fraction(long),
            Element::LongString(long),
            Element::Escapes(long),
            Element::EmptyArray,
            Element::EmptyObject,
            Element::Deep(deep),
            Element::Row,
        ])?;
        let long_name = 1 << u.int_in_range(4..=12)?;
        let container = *u.choose(&[
            Container::Array,
            Container::Array,
            Container::Members,
            Container::LongNames(long_name),
            Container::EscapedNames,
            Container::Duplicates,
        ])?;
        let layout = *u.choose(&[
            Layout::Compact,
            Layout::Spaced,
            Layout::Lines(1),
            Layout::Lines(8),
        ])?;
        let depth = if u.ratio(1, 4)? { deep } else { 0 };
        Ok(Shape {
            element,
            container,
            layout,
            depth: depth.min(DEEPEST - element.depth()),
        })
    }

    /// How many arrays and objects are inside each other.
    pub(super) fn depth(&self) -> usize {
        self.depth + self.element.depth()
    }

    /// How many elements make about so many bytes.
    pub(super) fn elements_of(&self, size: usize) -> usize {
        let mut one = String::new();
        self.element(1000, Variant::Same, &mut one);
        self.name(1000, &mut one);
        (size / (one.len() + 2)).max(1)
    }

    /// The name of an element, for a pointer.
    pub(super) fn pointer(&self, index: usize) -> String {
        let mut name = String::new();
        self.name(index, &mut name);
        match serde_json::from_str::<String>(name.trim_end_matches(':').trim()) {
            Ok(name) => format!("{}/{name}", "/0".repeat(self.depth)),
            Err(_) => format!("{}/{index}", "/0".repeat(self.depth)),
        }
    }

    /// The text of a value with so many elements.
    pub(super) fn text(&self, elements: usize, variant: Variant) -> String {
        let layout = match variant {
            Variant::Compact => Layout::Compact,
            _ => self.layout,
        };
        let (open, close) = match self.container {
            Container::Array => ('[', ']'),
            _ => ('{', '}'),
        };
        let between = match layout {
            Layout::Compact => ",".to_owned(),
            Layout::Spaced => ", ".to_owned(),
            Layout::Lines(indent) => format!(",\n{}", " ".repeat(indent)),
        };
        let mut text = "[".repeat(self.depth);
        text.push(open);
        let mut is_first = true;
        for index in order(elements, variant) {
            if !std::mem::take(&mut is_first) {
                text.push_str(&between);
            }
            self.name(index, &mut text);
            self.element(index, variant, &mut text);
        }
        text.push(close);
        text.push_str(&"]".repeat(self.depth));
        text
    }

    fn name(&self, index: usize, text: &mut String) {
        let written = match self.container {
            Container::Array => Ok(()),
            Container::Members => write!(text, "\"m{index}\":"),
            Container::LongNames(long) => write!(text, "\"{}{index}\":", "n".repeat(long)),
            Container::EscapedNames => write!(text, "\"\\u006d{index}\":"),
            Container::Duplicates => write!(text, "\"m\":"),
        };
        written.expect("a string has room");
    }

    fn element(&self, index: usize, variant: Variant, text: &mut String) {
        let index = if variant == Variant::Shifted {
            index + 1
        } else {
            index
        };
        let is_respelt = variant == Variant::Respelt;
        let written = match self.element {
            Element::Count if is_respelt => write!(text, "{index}.0e0"),
            Element::Count => write!(text, "{index}"),
            Element::One if is_respelt => write!(text, "10e-1"),
            Element::One => write!(text, "1"),
            Element::LongNumber(long) if is_respelt => {
                write!(text, "1{}{index}.0", "0".repeat(long))
            }
            Element::LongNumber(long) => write!(text, "1{}{index}", "0".repeat(long)),
            Element::Fraction(long) if is_respelt => {
                write!(text, "0.{}{index}e1", "0".repeat(long))
            }
            Element::Fraction(long) => write!(text, "0.{}{index}", "0".repeat(long - 1)),
            Element::LongString(long) if is_respelt => {
                write!(text, "\"\\u0078{}{index}\"", "x".repeat(long - 1))
            }
            Element::LongString(long) => write!(text, "\"{}{index}\"", "x".repeat(long)),
            Element::Escapes(long) => write!(text, "\"{}{index}\"", "\\u0041".repeat(long / 6)),
            Element::EmptyArray => write!(text, "[]"),
            Element::EmptyObject => write!(text, "{{}}"),
            Element::Deep(deep) => {
                write!(text, "{}{index}{}", "[".repeat(deep), "]".repeat(deep))
            }
            Element::Row => write!(
                text,
                "{{\"id\": {index}, \"name\": \"n{index}\", \"tags\": [{index}, \"t\", null]}}"
            ),
        };
        written.expect("a string has room");
    }
}

impl Element {
    fn depth(self) -> usize {
        match self {
            Element::Deep(deep) => deep,
            _ => 2,
        }
    }
}

fn order(elements: usize, variant: Variant) -> Box<dyn Iterator<Item = usize>> {
    match variant {
        Variant::Reversed => Box::new((0..elements).rev()),
        Variant::Shuffled => {
            // A stride without a common divisor reaches each index once.
            let stride = (elements / 2 + 1..)
                .find(|&stride| greatest_common_divisor(stride, elements) == 1)
                .unwrap_or(1);
            Box::new((0..elements).map(move |at| at * stride % elements))
        }
        Variant::Thinned => Box::new((0..elements).step_by(2)),
        Variant::Shortened => Box::new(0..elements.saturating_sub(1)),
        _ => Box::new(0..elements),
    }
}

fn greatest_common_divisor(one: usize, two: usize) -> usize {
    if two == 0 {
        one
    } else {
        greatest_common_divisor(two, one % two)
    }
}
