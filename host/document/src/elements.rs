//! What has happened to the elements of an array.

use std::collections::HashMap;
use std::hash::RandomState;
use std::ops::Range;

use crate::align::align;
use crate::equal::equal_in;
use crate::fingerprint::Fingerprints;
use crate::kin::{is_alike, kin};
use crate::source::Source;
use crate::split::kind;

/// Compares arrays of one text with arrays of another.
pub(crate) struct Elements<'s, 't> {
    pub(crate) old: Fingerprints<'s, 't>,
    pub(crate) new: Fingerprints<'s, 't>,
}

/// What happens to the elements of an array: first the removals, from the last to the first, at places
/// of the old array; then the additions, from the first to the last, at places of the new one; then what
/// becomes of others, at those places, too.
#[derive(Default)]
pub(crate) struct Script<'s> {
    pub(crate) removed: Vec<usize>,
    pub(crate) added: Vec<(usize, &'s str)>,
    /// The whole element is another one.
    pub(crate) replaced: Vec<(usize, &'s str)>,
    /// Something in the element has changed.
    pub(crate) changed: Vec<(usize, &'s str, &'s str)>,
}

/// The elements of both arrays, without those at their start and their end that are the same.
struct Middle<'s> {
    old: Vec<&'s str>,
    new: Vec<&'s str>,
    /// How many elements come before.
    start: usize,
    script: Script<'s>,
}

impl<'s, 't> Elements<'s, 't> {
    pub(crate) fn new(old: &'s Source<'t>, new: &'s Source<'t>) -> Elements<'s, 't> {
        let hasher = RandomState::new();
        Elements {
            old: Fingerprints::new(old, hasher.clone()),
            new: Fingerprints::new(new, hasher),
        }
    }

    pub(crate) fn compare(&mut self, old: &'s str, new: &'s str) -> Script<'s> {
        let mut middle = self.middle(old, new);
        let (old_numbers, new_numbers) = self.numbers(&middle);
        let mut pairs = align(&old_numbers, &new_numbers);
        if moves_too_much(&pairs, &old_numbers, &new_numbers) {
            let both = old_numbers.iter().zip(&new_numbers).enumerate();
            let stay = both.filter(|(_, (old, new))| old == new);
            pairs = stay.map(|(at, _)| (at, at)).collect();
        }
        let mut behind = (0, 0);
        let end = (middle.old.len(), middle.new.len());
        for (x, y) in pairs.into_iter().chain([end]) {
            self.gap(behind.0..x, behind.1..y, &mut middle);
            behind = (x + 1, y + 1);
            // Only their fingerprints were compared.
            if let (Some(old), Some(new)) = (middle.old.get(x), middle.new.get(y))
                && !self.are_equal(old, new)
            {
                middle.change(x, y);
            }
        }
        middle.script
    }

    pub(crate) fn are_equal(&self, old: &str, new: &str) -> bool {
        equal_in((old, self.old.source()), (new, self.new.source()))
    }

    fn are_same(&mut self, old: &str, new: &str) -> bool {
        old == new || self.old.of(old) == self.new.of(new) && self.are_equal(old, new)
    }

    fn middle(&mut self, old: &'s str, new: &'s str) -> Middle<'s> {
        let elements = |array: &'s str, source: &Source<'_>| -> Vec<&'s str> {
            let parts = source.parts(array);
            parts
                .map(|part| &array[part.value.0..part.value.1])
                .collect()
        };
        let mut old = elements(old, self.old.source());
        let mut new = elements(new, self.new.source());
        while let (Some(x), Some(y)) = (old.last(), new.last())
            && self.are_same(x, y)
        {
            old.pop();
            new.pop();
        }
        let both = old.iter().zip(&new);
        let start = both.take_while(|(x, y)| self.are_same(x, y)).count();
        old.drain(..start);
        new.drain(..start);
        Middle {
            old,
            new,
            start,
            script: Script::default(),
        }
    }

    /// A small number for each element, the same for those with the same fingerprint.
    fn numbers(&mut self, middle: &Middle<'_>) -> (Vec<u32>, Vec<u32>) {
        let mut numbers = HashMap::new();
        let mut number = |fingerprint: u64| -> u32 {
            let next = numbers.len() as u32;
            *numbers.entry(fingerprint).or_insert(next)
        };
        let old = middle
            .old
            .iter()
            .map(|element| number(self.old.of(element)));
        let old = old.collect();
        let new = middle
            .new
            .iter()
            .map(|element| number(self.new.of(element)));
        (old, new.collect())
    }

    /// Between two elements that stay: elements turn into those that are kin to them, and what is
    /// between these one by one, as far as that goes.
    fn gap(&mut self, old: Range<usize>, new: Range<usize>, middle: &mut Middle<'s>) {
        let mut kin_pairs = Vec::new();
        if !old.is_empty() && !new.is_empty() && old.len() + new.len() > 2 {
            let children = |fingerprints: &mut Fingerprints<'s, 't>, elements: &[&str]| -> Vec<_> {
                elements
                    .iter()
                    .map(|element| fingerprints.of_children(element))
                    .collect()
            };
            let old_children = children(&mut self.old, &middle.old[old.clone()]);
            let new_children = children(&mut self.new, &middle.new[new.clone()]);
            kin_pairs = kin(&old_children, &new_children);
        }
        let mut behind = (old.start, new.start);
        for (x, y) in kin_pairs {
            let (x, y) = (old.start + x, new.start + y);
            self.one_by_one(behind.0..x, behind.1..y, middle);
            middle.change(x, y);
            behind = (x + 1, y + 1);
        }
        self.one_by_one(behind.0..old.end, behind.1..new.end, middle);
    }

    fn one_by_one(&mut self, old: Range<usize>, new: Range<usize>, middle: &mut Middle<'s>) {
        let both = old.len().min(new.len());
        for (x, y) in old.clone().zip(new.clone()) {
            let (was, is) = (middle.old[x], middle.new[y]);
            let is_reworked = kind(was) == kind(is)
                && is_alike(&self.old.of_children(was), &self.new.of_children(is));
            if is_reworked {
                middle.change(x, y);
            } else {
                middle.script.replaced.push((middle.start + y, is));
            }
        }
        let removed = old.skip(both).map(|x| middle.start + x);
        middle.script.removed.extend(removed);
        let added = new.skip(both).map(|y| (middle.start + y, middle.new[y]));
        middle.script.added.extend(added);
    }
}

impl Middle<'_> {
    fn change(&mut self, x: usize, y: usize) {
        let change = (self.start + y, self.old[x], self.new[y]);
        self.script.changed.push(change);
    }
}

/// Whether so many elements would have to be removed and added for those of the pairs to stay that it is
/// shorter to leave every element at its place, and change it there.
fn moves_too_much(pairs: &[(usize, usize)], old: &[u32], new: &[u32]) -> bool {
    let mut behind = (0, 0);
    let mut operations = 0;
    for &(x, y) in pairs.iter().chain([&(old.len(), new.len())]) {
        operations += (x - behind.0).max(y - behind.1);
        behind = (x + 1, y + 1);
    }
    let in_place = old.iter().zip(new).filter(|(old, new)| old != new).count();
    operations > in_place + old.len().abs_diff(new.len())
}
