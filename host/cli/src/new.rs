//! `amend new`

use crate::args::NewArgs;
use crate::exit::{Code, Failure};
use crate::print::try_print;
use amend_guest_new::{Error, Project};
use std::io;
use std::path::Path;

pub(crate) fn run(args: &NewArgs) -> Result<(), Failure> {
    let project = Project::new(&args.language, &args.world, &args.name)?;
    let folder = args.path.as_deref().unwrap_or(Path::new(&args.name));
    project.write(folder)?;

    let folder = folder.display();
    let mut next = format!("Made a {} in {}. Next:\n", args.world, args.language);
    next += &format!("  cd {folder}\n");
    for command in project.commands() {
        next += &format!("  {command}\n");
    }
    next += &format!("{folder}/README.md says more.");
    match try_print(&next) {
        // The reader of the hints has gone away; the project is there.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            let message = format!(
                "{folder}: the project is made, but the next steps could not be printed: {error}"
            );
            Err(Failure::new(Code::ReceiptLost, message))
        }
        Ok(()) => Ok(()),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::UnknownLanguage { .. }
            | Error::NoTemplate { .. }
            | Error::BadName { .. }
            | Error::Exists { .. } => Code::Usage,
            _ => Code::Unexpected,
        };
        Failure::new(code, error.to_string())
    }
}
