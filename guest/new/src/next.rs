//! What to do with a new project: the commands of its README.

/// The commands in the blocks marked `console`, up to the first that lets amend try what the others have made.
pub(crate) fn commands(readme: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut is_console = false;
    for line in readme.lines() {
        if let Some(kind) = line.strip_prefix("```") {
            is_console = kind == "console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| is_console) {
            commands.push(command.to_owned());
            if command.starts_with("amend test ") || command.starts_with("amend run ") {
                break;
            }
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_that_build_and_try() {
        let readme = "# a\n```sh\n$ no\n```\n```console\n$ get\ngot\n```\n$ no\n```console\n$ make\n\
                      $ amend test a\n$ later\n```\n";
        assert_eq!(commands(readme), ["get", "make", "amend test a"]);
    }
}
