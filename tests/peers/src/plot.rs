//! Plots of growth, as SVG: time on the left, memory on the right, both axes logarithmic. By hand: lines and words are
//! all that it takes, and no font or size has to be known.

use std::fmt::Write;

/// One line in a plot.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// How much there is, and what it takes.
    pub(crate) points: Vec<(f64, f64)>,
}

/// One of the two.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
    /// What a value on the vertical axis is called.
    pub(crate) label: fn(f64) -> String,
}

const COLOURS: [&str; 5] = ["#777777", "#c0392b", "#2471a3", "#1e8449", "#8e44ad"];
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;

/// Draws panels beside each other, with one legend below them.
pub(crate) fn draw(below: &str, panels: &[Panel]) -> String {
    let step = LEFT + WIDTH + 20.0;
    let (width, height) = (step * panels.len() as f64, TOP + HEIGHT + 80.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (number, panel) in panels.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<g transform=\"translate({:.0} 0)\">",
            step * number as f64
        );
        panel.draw(&mut svg, below);
        svg.push_str("</g>\n");
    }
    let names: Vec<&str> = panels.first().map_or(vec![], |panel| {
        panel.lines.iter().map(|line| line.name).collect()
    });
    let mut at = LEFT;
    for (name, colour) in names.iter().zip(COLOURS.iter().cycle()) {
        let y = height - 16.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{at:.0} {:.0}h24\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <text x=\"{:.0}\" y=\"{y:.0}\">{name}</text>",
            y - 4.0,
            at + 30.0
        );
        at += 60.0 + 7.0 * name.len() as f64;
    }
    svg + "</svg>\n"
}

impl Panel {
    fn draw(&self, svg: &mut String, below: &str) {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let across = Scale::of(points().map(|point| point.0), LEFT, LEFT + WIDTH);
        let up = Scale::of(points().map(|point| point.1), TOP + HEIGHT, TOP);
        let middle = LEFT + WIDTH / 2.0;
        let _ = writeln!(
            svg,
            "<text x=\"{middle:.0}\" y=\"20\" text-anchor=\"middle\" font-size=\"14\">{}</text>\
             <text x=\"{middle:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{below}</text>",
            self.title,
            TOP + HEIGHT + 38.0
        );
        for (value, at) in across.marks() {
            let _ = writeln!(
                svg,
                "<path d=\"M{at:.1} {TOP}v{HEIGHT}\" stroke=\"#dddddd\"/>\
                 <text x=\"{at:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
                TOP + HEIGHT + 18.0,
                count(value)
            );
        }
        for (value, at) in up.marks() {
            let _ = writeln!(
                svg,
                "<path d=\"M{LEFT} {at:.1}h{WIDTH}\" stroke=\"#dddddd\"/>\
                 <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                at + 4.0,
                (self.label)(value)
            );
        }
        for (line, colour) in self.lines.iter().zip(COLOURS.iter().cycle()) {
            let at = |(x, y): &(f64, f64)| format!("{:.1},{:.1}", across.at(*x), up.at(*y));
            let points: Vec<String> = line.points.iter().map(at).collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                points.join(" ")
            );
            for point in points {
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{}\" r=\"3\" fill=\"{colour}\"/>",
                    point.replace(',', "\" cy=\"")
                );
            }
        }
    }
}

/// Powers of ten, from one place to another.
struct Scale {
    first: i32,
    last: i32,
    from: f64,
    to: f64,
}

impl Scale {
    fn of(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Scale {
        let least = values.clone().fold(f64::INFINITY, f64::min).log10().floor() as i32;
        let most = values.fold(f64::NEG_INFINITY, f64::max).log10().ceil() as i32;
        Scale {
            first: least,
            last: most.max(least + 1),
            from,
            to,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let share = (value.log10() - f64::from(self.first)) / f64::from(self.last - self.first);
        self.from + (self.to - self.from) * share
    }

    fn marks(&self) -> impl Iterator<Item = (f64, f64)> {
        (self.first..=self.last).map(|power| {
            let value = 10_f64.powi(power);
            (value, self.at(value))
        })
    }
}

/// A power of ten as people say it.
fn count(value: f64) -> String {
    match value {
        1e9.. => format!("{:.0}G", value / 1e9),
        1e6.. => format!("{:.0}M", value / 1e6),
        1e3.. => format!("{:.0}k", value / 1e3),
        _ => format!("{value:.0}"),
    }
}
