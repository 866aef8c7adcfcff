//! The honest one among them: does what its arguments say, in their order.

use amend_guest::{Patch, json, store};
use amend_hostile_programs::tell;
use std::io::{Write, copy, stderr, stdin, stdout};

fn main() {
    let mut args = std::env::args().skip(1);
    while let Some(what) = args.next() {
        match what.as_str() {
            "input-to-output" => drop(copy(&mut stdin(), &mut stdout()).expect("it is read")),
            "input-to-errors" => drop(copy(&mut stdin(), &mut stderr()).expect("it is read")),
            "environment" => std::env::vars().for_each(|(name, value)| println!("{name}={value}")),
            "arguments" => args.by_ref().for_each(|arg| println!("{arg:?}")),
            "exit" => std::process::exit(next(&mut args).parse().expect("it is a number")),
            "print" => print(next(&mut args).parse().expect("it is a number")),
            "read" => tell("read", &store::read(&next(&mut args), "")),
            "merge" => {
                let patch = Patch::Merge(next(&mut args));
                tell("merge", &store::update(&next(&mut args), patch));
            }
            "count" => tell(
                "count",
                &store::apply(&next(&mut args), "counter", &json!({})),
            ),
            _ => panic!("nobody does {what}"),
        }
    }
}

fn next(args: &mut impl Iterator<Item = String>) -> String {
    args.next().expect("it takes one more argument")
}

/// As other commands do: who does not want the rest is not told more.
fn print(bytes: usize) {
    let line = [b'y'; 1024];
    for _ in 0..bytes / line.len() {
        if stdout().write_all(&line).is_err() {
            return;
        }
    }
}
