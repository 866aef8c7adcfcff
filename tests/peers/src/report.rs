//! What is kept of a run: a page with every figure, the plots, and the table in the README.

use crate::peer::{
    AMEND, BARE, CALL, Contender, EXTISM, GUEST, JQ, LMDB, PLAIN, PYTHON, RAW, SQLITE, SQLITE_JSONB,
};
use crate::plot::{Line, Panel, draw};
use crate::table;
use crate::work::{Done, Figures};
use crate::works::Grown;
use anyhow::Context;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The table is between these in the README, and nothing else is touched.
const BEGIN: &str = "<!-- `cargo peers` writes what stands between here -->\n";
const END: &str = "<!-- and here -->\n";

/// Writes all of it.
///
/// # Errors
///
/// When a file cannot be written, or the README has lost its marks.
pub(crate) fn write(done: &[Done], grown: &[Grown], took: Duration) -> anyhow::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let results = here.join("results");
    fs::create_dir_all(&results)?;
    for curve in grown {
        fs::write(results.join(format!("{}.svg", curve.name)), plot(curve))?;
    }
    fs::write(results.join("README.md"), page(done, grown, took)?)?;
    let readme = here.join("../../README.md");
    let text = fs::read_to_string(&readme)?;
    let (before, rest) = text.split_once(BEGIN).context("the README's first mark")?;
    let (_, after) = rest.split_once(END).context("the README's second mark")?;
    fs::write(
        &readme,
        format!("{before}{BEGIN}{}{END}{after}", summary(done)),
    )?;
    Ok(())
}

/// What the README shows: of each work the ratios and the memory.
fn summary(done: &[Done]) -> String {
    let mut text = String::new();
    for yardstick in [&RAW, &PLAIN, &BARE] {
        let works: Vec<&Done> = done
            .iter()
            .filter(|work| work.rows[0].who.name == yardstick.name)
            .collect();
        let takes_part = |who: &&&Contender| {
            works
                .iter()
                .any(|work| work.rows.iter().any(|row| row.who.name == who.name))
        };
        let mut everybody = vec![&AMEND, &GUEST, &CALL, &PLAIN, &SQLITE, &SQLITE_JSONB, &LMDB];
        everybody.extend([&PYTHON, &JQ, &EXTISM]);
        everybody.retain(|who| who.name != yardstick.name);
        let mut names = vec![yardstick.name];
        names.extend(everybody.iter().filter(takes_part).map(|who| who.name));
        text.push('\n');
        text.push_str(&table::short(&works, &names));
    }
    let lost: u64 = figures(done).map(|figures| figures.lost).sum();
    text + &format!(
        "\nUpdates that were acknowledged and are not there, in all of these: {lost}.\n\n"
    )
}

fn figures(done: &[Done]) -> impl Iterator<Item = &Figures> {
    done.iter()
        .flat_map(|work| work.rows.iter().filter_map(|row| row.figures.as_ref()))
}

/// Every figure.
fn page(done: &[Done], grown: &[Grown], took: Duration) -> anyhow::Result<String> {
    let mut text = format!(
        "# amend beside what people would use instead\n\n\
         Written by `cargo peers` in {:.1} minutes, on a machine with {} cores. Every row ran in a process and a \
         directory of its own, in turns with the others of its work, several rounds; ratios are those to the first row \
         of the work, in the same round, and what is told are the medians. Peak memory is that of the process, programs \
         and libraries that are mapped included, six megabytes before anything is done; of several, the largest. No round of a \
         work begins after thirty seconds (fifteen for 1 and 10 MB), of a curve's after four. The runs of the command line are forty a \
         round.\n\n\
         | with | what was acknowledged survives |\n| --- | --- |\n",
        took.as_secs_f64() / 60.0,
        std::thread::available_parallelism()?
    );
    let everybody: [&Contender; 12] = [
        &RAW,
        &AMEND,
        &GUEST,
        &PLAIN,
        &SQLITE,
        &SQLITE_JSONB,
        &LMDB,
        &PYTHON,
        &JQ,
        &BARE,
        &CALL,
        &EXTISM,
    ];
    for who in everybody {
        text.push_str(&format!("| {} | {} |\n", who.name, who.durable));
    }
    text.push_str("\n## Works\n\n");
    text.push_str(&table::detailed(&done.iter().collect::<Vec<_>>()));
    text.push_str("\n## Growth\n");
    for curve in grown {
        let works: Vec<&Done> = curve.works.iter().map(|(_, done)| done).collect();
        text.push_str(&format!("\n![{}]({}.svg)\n\n", curve.what, curve.name));
        text.push_str(&table::detailed(&works));
    }
    Ok(text)
}

fn plot(curve: &Grown) -> String {
    let mut names: Vec<&'static str> = vec![];
    for (_, done) in &curve.works {
        for row in &done.rows {
            if !names.contains(&row.who.name) {
                names.push(row.who.name);
            }
        }
    }
    let lines = |value: fn(&Figures) -> f64| -> Vec<Line> {
        let points = |name: &str| {
            let point = |(size, done): &(f64, Done)| {
                let row = done.rows.iter().find(|row| row.who.name == name)?;
                Some((*size, value(row.figures.as_ref()?)))
            };
            curve.works.iter().filter_map(point).collect()
        };
        let line = |name: &&'static str| Line {
            name,
            points: points(name),
        };
        names.iter().map(line).collect()
    };
    let unit = curve.works.first().map_or("", |(_, done)| done.unit);
    draw(
        curve.what,
        &[
            Panel {
                title: format!("time of {unit}"),
                lines: lines(|figures| figures.each),
                label: table::decade,
            },
            Panel {
                title: "peak memory".to_owned(),
                lines: lines(|figures| figures.peak as f64),
                label: table::decimal,
            },
        ],
    )
}
