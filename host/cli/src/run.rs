//! `amend run`

use crate::args::RunArgs;
use crate::engine::engine;
use crate::exit::{Code, Failure};
use crate::locate;
use amend_runtime::{Engine, Grants, Invocation, Limits};
use amend_store::Grant;
use std::process::ExitCode;

pub(crate) fn run(args: &RunArgs) -> Result<ExitCode, Failure> {
    let engine = engine(&args.limits)?;
    let limits = args.limits.set(Limits::for_programs());
    let limits = limits
        .with_time(args.timeout)
        .with_depth(args.store.document.limits().depth)
        .with_store_calls(args.max_calls)
        .with_documents_made(args.max_documents)
        .with_bytes_written(args.max_written.as_u64());
    let program = engine.load_program(&args.component, limits)?;
    let invocation = Invocation::new()
        .with_args(&args.args)
        .with_envs(args.env.iter().cloned())
        .inheriting_stdio();
    let exit = program.run(&grants(args, &engine)?, invocation)?;
    Ok(ExitCode::from(exit.code))
}

fn grants(args: &RunArgs, engine: &Engine) -> Result<Grants, Failure> {
    let mut grants = Grants::new();
    for said in &args.grant {
        let store = locate::store(&said.directory, args.store.options(), &args.etcd)?;
        let mut grant = Grant::new(store).under(said.under.clone());
        if said.is_read_only {
            grant = grant.read_only();
        }
        let added = grants.with_documents(&said.name, grant);
        grants = added.map_err(|error| wrong("--grant", &error))?;
    }
    let limits = args.limits.set(Limits::default());
    let limits = limits.with_depth(args.store.document.limits().depth);
    for (name, component) in &args.updater {
        let updater = engine.load(component, limits.clone())?;
        let added = grants.with_updater(name, updater);
        grants = added.map_err(|error| wrong("--updater", &error))?;
    }
    Ok(grants)
}

fn wrong(option: &str, error: &amend_runtime::NameError) -> Failure {
    Failure::new(Code::Usage, format!("{option}: {error}"))
}
