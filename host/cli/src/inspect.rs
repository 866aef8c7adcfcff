//! `amend inspect`

use crate::args::InspectArgs;
use crate::engine::engine;
use crate::exit::Failure;
use crate::print::{harmless_json, print, sanitize};
use amend_runtime::{ComponentLimits, Fit, Inspection, Interface, Limits};
use serde_json::{Value, json};
use std::fmt::Write;

pub(crate) fn run(args: &InspectArgs) -> Result<(), Failure> {
    let found = if args.start {
        let limits = args.limits.set(Limits::default()).with_time(args.timeout);
        engine(&args.limits)?.inspect(&args.component, &limits)?
    } else {
        Inspection::describe_file(&args.component, &ComponentLimits::default())?
    };
    if args.json {
        print(&harmless_json(&format!("{:#}", as_json(&found))))
    } else {
        print(&as_text(&found))
    }
}

fn as_text(found: &Inspection) -> String {
    let mut text = format!(
        "{}\n  size     {} bytes\n  sha256   {}\n",
        sanitize(&found.name),
        found.size,
        found.sha256
    );
    interfaces(&mut text, "exports", &found.exports);
    interfaces(&mut text, "imports", &found.imports);
    for (world, fit) in [("plugin", &found.plugin), ("program", &found.program)] {
        let answer = match fit {
            Fit::Fits => "yes".to_owned(),
            Fit::DoesNot(reason) => format!("no: {}", sanitize(reason)),
        };
        let _ = writeln!(text, "  {world:<8} {answer}");
    }
    text
}

fn interfaces(text: &mut String, what: &str, interfaces: &[Interface]) {
    if interfaces.is_empty() {
        let _ = writeln!(text, "  {what}  nothing");
    }
    for (index, interface) in interfaces.iter().enumerate() {
        let what = if index == 0 { what } else { "" };
        let functions = sanitize(&interface.functions.join(", "));
        let name = sanitize(&interface.name);
        let _ = match functions.as_str() {
            "" => writeln!(text, "  {what:<8} {name}"),
            functions => writeln!(text, "  {what:<8} {name} ({functions})"),
        };
    }
}

fn as_json(found: &Inspection) -> Value {
    let interfaces = |interfaces: &[Interface]| -> Value {
        interfaces
            .iter()
            .map(|interface| json!({"name": interface.name, "functions": interface.functions}))
            .collect()
    };
    let fit = |fit: &Fit| match fit {
        Fit::Fits => json!({"fits": true}),
        Fit::DoesNot(reason) => json!({"fits": false, "reason": reason}),
    };
    json!({
        "name": found.name,
        "size": found.size,
        "sha256": found.sha256,
        "exports": interfaces(&found.exports),
        "imports": interfaces(&found.imports),
        "wasi": found.wasi().map(|interface| &interface.name).collect::<Vec<_>>(),
        "worlds": {"plugin": fit(&found.plugin), "program": fit(&found.program)},
    })
}
