//! Tables: what a person reads on a terminal, and in Markdown.

use crate::work::{Done, Figures};
use std::fmt::Write;

/// Prints a work's rows.
pub(crate) fn print(work: &Done) {
    println!("\n{}", work.name);
    for row in &work.rows {
        let Some(figures) = &row.figures else {
            println!("  {:<28} {}", row.who.name, missing(row.who.needs));
            continue;
        };
        let Figures {
            ratio,
            spread: (least, most),
            lost,
            ..
        } = figures;
        println!(
            "  {:<28} {ratio:>8.2} ({least:.2} to {most:.2})  {} {}  {lost} lost  {}",
            row.who.name,
            time(figures.each),
            work.unit,
            size(figures.peak),
        );
    }
}

/// All that is known of the works.
pub(crate) fn detailed(works: &[&Done]) -> String {
    let mut text = String::from(
        "| work | rounds | with | times as long | least to most | time | lost | peak memory |\n\
         | --- | ---: | --- | ---: | --- | ---: | ---: | ---: |\n",
    );
    for work in works {
        let mut name = format!("{} | {}", work.name, work.rounds);
        for row in &work.rows {
            let rest = match &row.figures {
                None => format!("{} | | | | |", missing(row.who.needs)),
                Some(Figures {
                    ratio,
                    spread: (least, most),
                    each,
                    lost,
                    peak,
                }) => format!(
                    "{ratio:.2} | {least:.2} to {most:.2} | {} {} | {lost} | {} |",
                    time(*each),
                    work.unit,
                    size(*peak)
                ),
            };
            let _ = writeln!(text, "| {name} | {} | {rest}", row.who.name);
            name = " | ".to_owned();
        }
    }
    text
}

/// One line a work: the ratios of those who are named, and their memory.
pub(crate) fn short(works: &[&Done], names: &[&str]) -> String {
    let mut text = format!(
        "| | {} |\n| --- |{}\n",
        names.join(" | "),
        " ---: |".repeat(names.len())
    );
    for work in works {
        let _ = write!(text, "| {} |", work.name);
        for name in names {
            let row = work.rows.iter().find(|row| row.who.name == *name);
            let cell = match row.and_then(|row| row.figures.as_ref()) {
                None => String::new(),
                Some(figures) => format!("{:.2}, {}", figures.ratio, size(figures.peak)),
            };
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text
}

fn missing(program: Option<&str>) -> String {
    format!("there is no {} here", program.unwrap_or("such program"))
}

/// A time, from microseconds.
pub(crate) fn time(micros: f64) -> String {
    match micros {
        1e6.. => format!("{:.2} s", micros / 1e6),
        1e4.. => format!("{:.0} ms", micros / 1e3),
        1e3.. => format!("{:.1} ms", micros / 1e3),
        _ => format!("{micros:.0} us"),
    }
}

/// A number of bytes.
pub(crate) fn size(bytes: u64) -> String {
    match bytes as f64 / f64::from(1 << 20) {
        megabytes @ 10.0.. => format!("{megabytes:.0} MB"),
        megabytes => format!("{megabytes:.1} MB"),
    }
}

/// A power of ten of bytes.
pub(crate) fn decimal(bytes: f64) -> String {
    match bytes {
        1e9.. => format!("{:.0} GB", bytes / 1e9),
        1e6.. => format!("{:.0} MB", bytes / 1e6),
        1e3.. => format!("{:.0} kB", bytes / 1e3),
        _ => format!("{bytes:.0} B"),
    }
}
