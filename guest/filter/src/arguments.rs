//! What the command line asks for.

use amend_document::Json;

use crate::failure::Failure;

pub(crate) const HELP: &str = "\
Reads a JSON document from standard input, lets an updater change it, and writes it to standard output.
Empty input is no document. What the updater does not change stays as it was, byte for byte.

Usage: filter [ARGS] < document.json > changed.json

ARGS is what the updater is given as its arguments, one JSON value; {} when it is left out.

When the updater refuses, or anything else goes wrong, the reason is on standard error, nothing is on standard
output, and the exit code is not 0.
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To say how it is used.
    Help,
    /// To ask the updater, with these arguments.
    Update(Json),
}

/// Reads the command line, without the program's name.
pub(crate) fn read(args: impl Iterator<Item = String>) -> Result<Asked, Failure> {
    let args: Vec<String> = args.collect();
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        return Ok(Asked::Help);
    }
    let text = match args.as_slice() {
        [] => "{}",
        [args] => args,
        several => return Err(Failure::TooMany(several.len())),
    };
    Ok(Asked::Update(Json::parse(text).map_err(Failure::Args)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(args: &[&str]) -> Result<Asked, String> {
        read(args.iter().map(ToString::to_string)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn one_json_value_or_none() {
        let update = |json: &str| Ok(Asked::Update(Json::parse(json).unwrap()));
        assert_eq!(asked(&[]), update("{}"));
        for json in [r#"{"by": 2}"#, "-3", "null", r#""--help""#] {
            assert_eq!(asked(&[json]), update(json));
        }
    }

    #[test]
    fn help_wherever_it_stands() {
        for args in [&["--help"] as &[&str], &["-h"], &["{", "--help"]] {
            assert_eq!(asked(args), Ok(Asked::Help));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let reason = asked(&["{by: 2}"]).unwrap_err();
        assert!(
            reason.starts_with("the argument is not JSON: ") && reason.ends_with("; try --help"),
            "{reason}"
        );
        assert!(asked(&["--by=2"]).is_err());
        assert!(asked(&[""]).is_err());
        assert_eq!(
            asked(&["{}", "{}"]).unwrap_err(),
            "2 arguments were given: there is one, a JSON value; try --help"
        );
    }
}
