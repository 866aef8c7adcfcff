//! A program: a command that was loaded, ready to be run.

use crate::compile::Source;
use crate::documents::Documents;
use crate::engine::{Engine, World};
use crate::error::{CallError, LoadError};
use crate::grants::Grants;
use crate::instance::Given;
use crate::invocation::{Exit, Input, Invocation, Sink};
use crate::kit::Kit;
use crate::limits::Limits;
use crate::loaded::Loaded;
use crate::output::Output;
use crate::stdio::Passed;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::debug_span;
use wasmtime::component::{Component, TypedFunc};
use wasmtime_wasi::WasiCtx;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;

/// What the one function takes and gives that a command exports, `wasi:cli/run.run`.
type Params = ();
type Results = (Result<(), ()>,);

/// A program that was compiled and checked: a `wasi:cli` command that changes documents through
/// `amend:document/store`, as far as it was granted. Cheap to clone, and safe to share between threads; every run
/// is one of a fresh instance.
#[derive(Clone)]
pub struct Program {
    loaded: Arc<Loaded>,
    limits: Limits,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program")
            .field("name", &self.loaded.name)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Loads a program from a file: compiles it, or finds it in the cache. [`Limits::for_programs`] are made for it.
    ///
    /// # Errors
    ///
    /// See [`LoadError`].
    pub fn load_program(
        &self,
        file: impl AsRef<Path>,
        limits: Limits,
    ) -> Result<Program, LoadError> {
        let file = file.as_ref();
        self.load_program_from(&file.to_string_lossy(), Source::File(file), limits)
    }

    /// The same from memory; `name` stands in messages and in the log.
    ///
    /// # Errors
    ///
    /// See [`LoadError`].
    pub fn load_program_bytes(
        &self,
        name: &str,
        bytes: &[u8],
        limits: Limits,
    ) -> Result<Program, LoadError> {
        self.load_program_from(name, Source::Bytes(bytes), limits)
    }

    fn load_program_from(
        &self,
        name: &str,
        source: Source<'_>,
        limits: Limits,
    ) -> Result<Program, LoadError> {
        let world = World::Program;
        let loaded = Loaded::load::<Params, Results>(self, name, source, world, &limits)?;
        Ok(Program {
            loaded: Arc::new(loaded),
            limits,
        })
    }
}

impl Program {
    /// Links a component that is compiled already, to see whether it can be.
    pub(crate) fn check(
        engine: &Engine,
        kit: &Kit,
        name: &str,
        component: &Component,
        limits: &Limits,
    ) -> Result<(), LoadError> {
        let world = World::Program;
        Loaded::check::<Params, Results>(engine, kit, name, component, world, limits).map(drop)
    }

    /// The name it was loaded under.
    pub fn name(&self) -> &str {
        &self.loaded.name
    }

    /// The bounds of its runs.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Runs it to its end. It can touch what was granted, and nothing else.
    ///
    /// It blocks for at most [`Limits::time`], but for a commit that has begun then, which is brought to its end. From
    /// async code call it where blocking is allowed, in `tokio::task::spawn_blocking` for example.
    ///
    /// What it did before it failed stays done: each of its updates is one of its own.
    ///
    /// # Errors
    ///
    /// See [`CallError`]. A program that ends with another exit code than 0 is no error here.
    pub fn run(&self, grants: &Grants, invocation: Invocation) -> Result<Exit, CallError> {
        let loaded = &*self.loaded;
        let _span = debug_span!("guest", name = &*loaded.name).entered();
        let _context = loaded.engine.shared.timers.enter();
        let until = Instant::now().checked_add(self.limits.time);
        let streams = Streams::new(&invocation, &loaded.name, &self.limits);
        let given = self.given(grants, invocation, &streams);
        let sandbox = loaded.sandbox(&self.limits);
        let ended = sandbox.run(given, async |store, instance| {
            let main: TypedFunc<Params, Results> = loaded.entry(&mut *store, instance)?;
            let (ended,) = main.call_async(store, ()).await?;
            Ok(ended)
        });
        let code = match ended {
            Ok(Ok(())) => 0,
            Ok(Err(())) => 1,
            Err(CallError::Exited { code, .. }) => u8::try_from(code).unwrap_or(u8::MAX),
            Err(error) => {
                streams.drain(until);
                return Err(error);
            }
        };
        streams.drain(until);
        Ok(streams.exit(code))
    }

    fn given(&self, grants: &Grants, invocation: Invocation, streams: &Streams) -> Given {
        let mut wasi = WasiCtx::builder();
        wasi.arg(&*self.loaded.name)
            .args(&invocation.args)
            .envs(&invocation.env);
        match invocation.input {
            Input::Nothing => {}
            Input::Inherited => {
                wasi.inherit_stdin();
            }
            Input::Bytes(bytes) => {
                wasi.stdin(MemoryInputPipe::new(bytes));
            }
        }
        let printed = match streams {
            Streams::Passed { output, errors } => {
                wasi.stdout(output.clone()).stderr(errors.clone());
                Output::logged(self.loaded.name.clone(), &self.limits)
            }
            Streams::Kept { output, errors } => {
                wasi.stdout(output.clone()).stderr(errors.clone());
                errors.clone()
            }
        };
        Given {
            wasi,
            documents: Documents::new(grants.clone()),
            printed,
        }
    }
}

/// Where a program prints to.
enum Streams {
    Passed { output: Passed, errors: Passed },
    Kept { output: Output, errors: Output },
}

impl Streams {
    fn new(invocation: &Invocation, name: &Arc<str>, limits: &Limits) -> Streams {
        match invocation.output {
            Sink::Inherited => Streams::Passed {
                output: Passed::stdout(),
                errors: Passed::stderr(),
            },
            Sink::Collected => Streams::Kept {
                output: Output::collected(name.clone(), limits),
                errors: Output::collected(name.clone(), limits),
            },
            Sink::Log => {
                let output = Output::logged(name.clone(), limits);
                let errors = output.clone();
                Streams::Kept { output, errors }
            }
        }
    }

    /// Waits until what was printed is out, as far as the time allows.
    fn drain(&self, until: Option<Instant>) {
        let Streams::Passed { output, errors } = self else {
            return;
        };
        let left = until.map_or(Duration::MAX, |until| {
            until.saturating_duration_since(Instant::now())
        });
        let drained = async {
            output.drain().await;
            errors.drain().await;
        };
        // What could not be printed in time is not printed.
        let _ = pollster::block_on(async { tokio::time::timeout(left, drained).await });
    }

    fn exit(&self, code: u8) -> Exit {
        let (output, errors) = match self {
            Streams::Passed { .. } => (vec![], vec![]),
            Streams::Kept { output, errors } => (output.kept(), errors.kept()),
        };
        Exit {
            code,
            output,
            errors,
        }
    }
}
