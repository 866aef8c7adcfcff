//! `amend test`

use crate::args::TestArgs;
use crate::engine::engine;
use crate::exit::{Code, Failure, hint};
use crate::input;
use crate::print::{print, sanitize};
use crate::unified_diff::unified_diff;
use amend_runtime::{Case, Limits, Mismatch, escaped};
use std::process::ExitCode;

/// The most bytes of a table of cases.
const TABLE: usize = 256 << 20;

pub(crate) fn run(args: &TestArgs) -> Result<ExitCode, Failure> {
    let file = args.cases.display();
    let table = input::of_file(&args.cases, TABLE)
        .map_err(|error| Failure::new(Code::Unexpected, format!("{file}: {error}")))?;
    let cases = Case::table(&table)
        .map_err(|error| Failure::new(Code::Usage, format!("{file}: {error}")))?;
    let limits = args.limits.set(Limits::default()).with_time(args.timeout);
    let plugin = engine(&args.limits)?.load(&args.component, limits)?;

    let mut failed = 0;
    for case in &cases {
        let name = escaped(&case.name);
        let line = match case.run(&plugin) {
            Ok(()) => format!("ok      {name}"),
            Err(mismatch) => {
                failed += 1;
                format!("FAILED  {name}\n{}", explain(&mismatch))
            }
        };
        // A carriage return too many has to be visible, and a guest's words must not steer the terminal.
        for line in line.trim_end_matches('\n').split('\n') {
            print(&sanitize(line))?;
        }
    }
    print(&format!("{} passed, {failed} failed", cases.len() - failed))?;
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        Code::Unexpected.into()
    })
}

/// The mismatch, in lines below the name of the case.
fn explain(mismatch: &Mismatch) -> String {
    match mismatch {
        Mismatch::Document {
            expected: Some(expected),
            found: Some(found),
        } => unified_diff(["expected", "found"], expected, found),
        mismatch => {
            let option = match mismatch {
                Mismatch::Failed(error) => hint::of_call(error),
                _ => None,
            };
            let lines = hint::with_option(mismatch, option);
            let lines = lines.lines().map(|line| format!("        {line}"));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}
