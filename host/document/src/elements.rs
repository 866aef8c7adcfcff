//! What has happened to the elements of an array.

use std::collections::HashMap;
use std::hash::RandomState;
use std::ops::Range;

use crate::align::align;
use crate::equal::{equal_in, is_same};
use crate::fingerprint::Fingerprints;
use crate::kin::{is_alike, kin};
use crate::meter::{Exceeded, MOVE, Meter, STEP, bytes_of};
use crate::source::Source;
use crate::split::{Parts, kind};

/// Compares arrays of one text with arrays of another.
pub(crate) struct Elements<'s, 't> {
    pub(crate) old: Fingerprints<'s, 't>,
    pub(crate) new: Fingerprints<'s, 't>,
    meter: &'s Meter,
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

impl Script<'_> {
    /// What is counted for it.
    pub(crate) fn memory(&self) -> u64 {
        bytes_of::<usize>(self.removed.capacity())
            + bytes_of::<(usize, &str)>(self.added.capacity())
            + bytes_of::<(usize, &str)>(self.replaced.capacity())
            + bytes_of::<(usize, &str, &str)>(self.changed.capacity())
    }
}

impl<'s, 't> Elements<'s, 't> {
    pub(crate) fn new(
        old: &'s Source<'t>,
        new: &'s Source<'t>,
        meter: &'s Meter,
    ) -> Elements<'s, 't> {
        let hasher = RandomState::new();
        Elements {
            old: Fingerprints::new(old, hasher.clone(), meter),
            new: Fingerprints::new(new, hasher, meter),
            meter,
        }
    }

    pub(crate) fn compare(&mut self, old: &'s str, new: &'s str) -> Result<Script<'s>, Exceeded> {
        let mut scratch = self.meter.scratch();
        let known = self.old.memory() + self.new.memory();
        let script = self.script(old, new)?;
        scratch.keep(self.old.memory() + self.new.memory() - known + script.memory());
        Ok(script)
    }

    fn script(&mut self, old: &'s str, new: &'s str) -> Result<Script<'s>, Exceeded> {
        let meter = self.meter;
        let mut middle = self.middle(old, new)?;
        let (old_numbers, new_numbers) = self.numbers(&middle)?;
        let mut pairs = align(&old_numbers, &new_numbers, meter)?;
        meter.work(MOVE * (old_numbers.len() + new_numbers.len() + pairs.len()) as u64)?;
        if moves_too_much(&pairs, &old_numbers, &new_numbers) {
            let both = old_numbers.iter().zip(&new_numbers).enumerate();
            let stay = both.filter(|(_, (old, new))| old == new);
            pairs.clear();
            meter.reserve(&mut pairs, old_numbers.len().min(new_numbers.len()))?;
            pairs.extend(stay.map(|(at, _)| (at, at)));
        }
        let mut behind = (0, 0);
        let end = (middle.old.len(), middle.new.len());
        for (x, y) in pairs.into_iter().chain([end]) {
            meter.work(STEP)?;
            self.gap(behind.0..x, behind.1..y, &mut middle)?;
            behind = (x + 1, y + 1);
            // Only their fingerprints were compared.
            if let (Some(old), Some(new)) = (middle.old.get(x), middle.new.get(y))
                && !self.are_equal(old, new)?
            {
                middle.change(x, y, meter)?;
            }
        }
        Ok(middle.script)
    }

    pub(crate) fn are_equal(&self, old: &str, new: &str) -> Result<bool, Exceeded> {
        equal_in(
            (old, self.old.source()),
            (new, self.new.source()),
            self.meter,
        )
    }

    fn are_same(&mut self, old: &str, new: &str) -> Result<bool, Exceeded> {
        Ok(is_same(old, new, self.meter)?
            || self.old.of(old)? == self.new.of(new)? && self.are_equal(old, new)?)
    }

    fn middle(&mut self, old: &'s str, new: &'s str) -> Result<Middle<'s>, Exceeded> {
        let meter = self.meter;
        let mut old = elements(self.old.source().parts(old), meter)?;
        let mut new = elements(self.new.source().parts(new), meter)?;
        while let (Some(x), Some(y)) = (old.last(), new.last())
            && self.are_same(x, y)?
        {
            old.pop();
            new.pop();
        }
        let mut start = 0;
        while let (Some(x), Some(y)) = (old.get(start), new.get(start))
            && self.are_same(x, y)?
        {
            start += 1;
        }
        meter.work(MOVE * (old.len() + new.len()) as u64)?;
        old.drain(..start);
        new.drain(..start);
        Ok(Middle {
            old,
            new,
            start,
            script: Script::default(),
        })
    }

    /// A small number for each element, the same for those with the same fingerprint.
    fn numbers(&mut self, middle: &Middle<'_>) -> Result<(Vec<u32>, Vec<u32>), Exceeded> {
        let meter = self.meter;
        let mut numbers = HashMap::new();
        let mut number = |fingerprint: u64| {
            meter.room_in(&mut numbers)?;
            let next = numbers.len() as u32;
            Ok(*numbers.entry(fingerprint).or_insert(next))
        };
        let (mut old, mut new) = (Vec::new(), Vec::new());
        meter.reserve(&mut old, middle.old.len())?;
        for element in &middle.old {
            old.push(number(self.old.of(element)?)?);
        }
        meter.reserve(&mut new, middle.new.len())?;
        for element in &middle.new {
            new.push(number(self.new.of(element)?)?);
        }
        Ok((old, new))
    }

    /// Between two elements that stay: elements turn into those that are kin to them, and what is
    /// between these one by one, as far as that goes.
    fn gap(
        &mut self,
        old: Range<usize>,
        new: Range<usize>,
        middle: &mut Middle<'s>,
    ) -> Result<(), Exceeded> {
        let mut kin_pairs = Vec::new();
        if !old.is_empty() && !new.is_empty() && old.len() + new.len() > 2 {
            kin_pairs = self.kin(&middle.old[old.clone()], &middle.new[new.clone()])?;
        }
        let mut behind = (old.start, new.start);
        for (x, y) in kin_pairs {
            let (x, y) = (old.start + x, new.start + y);
            self.one_by_one(behind.0..x, behind.1..y, middle)?;
            middle.change(x, y, self.meter)?;
            behind = (x + 1, y + 1);
        }
        self.one_by_one(behind.0..old.end, behind.1..new.end, middle)
    }

    fn kin(&mut self, old: &[&str], new: &[&str]) -> Result<Vec<(usize, usize)>, Exceeded> {
        let meter = self.meter;
        let mut scratch = meter.scratch();
        let known = self.old.memory() + self.new.memory();
        let children = |fingerprints: &mut Fingerprints<'s, 't>, elements: &[&str]| {
            let mut all = Vec::new();
            meter.reserve(&mut all, elements.len())?;
            for element in elements {
                all.push(fingerprints.of_children(element)?);
            }
            Ok(all)
        };
        let old = children(&mut self.old, old)?;
        let new = children(&mut self.new, new)?;
        let pairs = kin(&old, &new, meter)?;
        let kept = bytes_of::<(usize, usize)>(pairs.capacity());
        scratch.keep(self.old.memory() + self.new.memory() - known + kept);
        Ok(pairs)
    }

    fn one_by_one(
        &mut self,
        old: Range<usize>,
        new: Range<usize>,
        middle: &mut Middle<'s>,
    ) -> Result<(), Exceeded> {
        let meter = self.meter;
        let both = old.len().min(new.len());
        for (x, y) in old.clone().zip(new.clone()) {
            meter.work(STEP)?;
            let (was, is) = (middle.old[x], middle.new[y]);
            if kind(was) == kind(is) && self.are_alike(was, is)? {
                middle.change(x, y, meter)?;
            } else {
                meter.room(&mut middle.script.replaced)?;
                middle.script.replaced.push((middle.start + y, is));
            }
        }
        for x in old.skip(both) {
            meter.work(MOVE)?;
            meter.room(&mut middle.script.removed)?;
            middle.script.removed.push(middle.start + x);
        }
        for y in new.skip(both) {
            meter.work(MOVE)?;
            meter.room(&mut middle.script.added)?;
            middle.script.added.push((middle.start + y, middle.new[y]));
        }
        Ok(())
    }

    fn are_alike(&mut self, was: &str, is: &str) -> Result<bool, Exceeded> {
        let mut scratch = self.meter.scratch();
        let known = self.old.memory() + self.new.memory();
        let (old, new) = (self.old.of_children(was)?, self.new.of_children(is)?);
        let are_alike = is_alike(old, new, self.meter)?;
        scratch.keep(self.old.memory() + self.new.memory() - known);
        Ok(are_alike)
    }
}

fn elements<'t>(mut array: Parts<'t>, meter: &Meter) -> Result<Vec<&'t str>, Exceeded> {
    let mut elements = Vec::new();
    while let Some(part) = array.next_within(meter)? {
        meter.room(&mut elements)?;
        elements.push(array.slice(part.value));
    }
    Ok(elements)
}

impl Middle<'_> {
    fn change(&mut self, x: usize, y: usize, meter: &Meter) -> Result<(), Exceeded> {
        let change = (self.start + y, self.old[x], self.new[y]);
        meter.room(&mut self.script.changed)?;
        self.script.changed.push(change);
        Ok(())
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
