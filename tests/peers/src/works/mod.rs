//! What is measured.

mod command;
mod counting;
mod growth;
mod guest;
mod large;

pub(crate) use counting::writer;
pub(crate) use growth::{Grown, curves};

use crate::work::Work;

/// The works of the table.
pub(crate) fn table() -> Vec<Work> {
    let mut works = counting::works();
    works.extend(large::works());
    works.push(command::work());
    works.push(guest::work());
    works
}

/// All works, those that the curves are made of as well.
pub(crate) fn all() -> Vec<Work> {
    let curves = curves().into_iter().flat_map(|curve| curve.works);
    table()
        .into_iter()
        .chain(curves.map(|(_, work)| work))
        .collect()
}
