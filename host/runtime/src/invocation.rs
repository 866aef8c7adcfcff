//! What a program is started with, and what comes of it.

/// What a program is started with. By default it has no arguments and no environment, reads nothing, and what it
/// prints goes to the log.
#[derive(Debug, Clone, Default)]
pub struct Invocation {
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) input: Input,
    pub(crate) output: Sink,
}

/// What a program reads.
#[derive(Debug, Clone, Default)]
pub(crate) enum Input {
    Inherited,
    Bytes(Vec<u8>),
    #[default]
    Nothing,
}

/// Where a program's output and errors go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sink {
    Inherited,
    Collected,
    #[default]
    Log,
}

impl Invocation {
    /// Nothing yet.
    pub fn new() -> Invocation {
        Invocation::default()
    }

    /// Adds arguments. The program's name, which stands before them, is the one it was loaded under.
    #[must_use]
    pub fn with_args(mut self, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds variables to the environment, names and values. Nothing of this process's own is passed on.
    #[must_use]
    pub fn with_envs(
        mut self,
        variables: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let variables = variables.into_iter();
        self.env
            .extend(variables.map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Sets what the program reads.
    #[must_use]
    pub fn with_input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Input::Bytes(bytes.into());
        self
    }

    /// Keeps what the program prints for [`Exit::output`] and [`Exit::errors`], up to
    /// [`Limits::output`](crate::Limits::output) bytes each.
    #[must_use]
    pub fn collecting(mut self) -> Self {
        self.output = Sink::Collected;
        self
    }

    /// Passes this process's standard input, output and error on to the program. How much it prints is not bounded
    /// then: it does not go through memory of ours.
    #[must_use]
    pub fn inheriting_stdio(mut self) -> Self {
        self.input = Input::Inherited;
        self.output = Sink::Inherited;
        self
    }
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it may have failed"]
pub struct Exit {
    /// Its exit code; 0 means that all is well.
    pub code: u8,
    /// What it printed to its standard output, when that was collected.
    pub output: Vec<u8>,
    /// What it printed to its standard error, when that was collected.
    pub errors: Vec<u8>,
}
