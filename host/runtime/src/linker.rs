//! Linking `amend:document/store` into a wasmtime linker: ours, or an embedder's own.

use crate::bindings::types::Error;
use crate::documents::Documents;
use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentNamedList, Lift, Linker, LinkerInstance, Lower};

const STORE: &str = "amend:document/store@0.1.0";

/// Adds `amend:document/store` to a linker, for those who have a wasmtime store and a WASI of their own.
///
/// `documents` finds the [`Documents`] in what the wasmtime store holds. A call of the guest blocks the thread while
/// it waits for a lock or for the disk; where that must not be, there is [`add_to_linker_async`].
///
/// ```no_run
/// use amend_runtime::wasmtime::component::{Component, Linker, ResourceTable};
/// use amend_runtime::wasmtime::{Engine, Store};
/// use amend_runtime::{Documents, Grants, add_to_linker};
/// use amend_store::Grant;
///
/// struct Host {
///     documents: Documents,
/// }
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// add_to_linker(&mut linker, |host: &mut Host| &mut host.documents)?;
///
/// let state = Grant::new(amend_store::Store::open("/var/lib/app")?);
/// let documents = Documents::new(Grants::new().with_documents("state", state)?).with_calls(100);
/// let mut store = Store::new(&engine, Host { documents });
/// let component = Component::from_file(&engine, "guest.wasm")?;
/// let instance = linker.instantiate(&mut store, &component)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When the linker has such an interface already.
pub fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    documents: fn(&mut T) -> &mut Documents,
) -> wasmtime::Result<()> {
    let instance = linker.instance(STORE)?;
    Interface {
        instance,
        documents,
    }
    .define_all(Calls::Block)
}

/// The same for wasmtime stores that are used from async code: a call of the guest suspends it, and the work is done
/// by a thread of tokio's that may block. It has to run inside of a tokio runtime.
///
/// When the guest is dropped while a call is under way, the call is still done to its end.
///
/// # Errors
///
/// When the linker has such an interface already.
pub fn add_to_linker_async<T: 'static>(
    linker: &mut Linker<T>,
    documents: fn(&mut T) -> &mut Documents,
) -> wasmtime::Result<()> {
    let instance = linker.instance(STORE)?;
    Interface {
        instance,
        documents,
    }
    .define_all(Calls::Suspend)
}

/// What a call of the guest does to the thread it runs on.
#[derive(Clone, Copy)]
enum Calls {
    Block,
    Suspend,
}

struct Interface<'l, T: 'static> {
    instance: LinkerInstance<'l, T>,
    documents: fn(&mut T) -> &mut Documents,
}

impl<T: 'static> Interface<'_, T> {
    fn define_all(mut self, calls: Calls) -> wasmtime::Result<()> {
        self.define(calls, "read", |documents, (path, at): (String, String)| {
            documents.read(&path, &at)
        })?;
        self.define(calls, "update", |documents, (path, patch): (String, _)| {
            documents.update(&path, patch)
        })?;
        self.define(
            calls,
            "update-if",
            |documents, (path, patch, expected): (String, _, Option<String>)| {
                documents.update_if(&path, patch, expected.as_deref())
            },
        )?;
        self.define(
            calls,
            "apply",
            |documents, (path, updater, args): (String, String, String)| {
                documents.apply(&path, &updater, &args)
            },
        )
    }

    fn define<P, R>(
        &mut self,
        calls: Calls,
        name: &str,
        work: fn(&Documents, P) -> Result<R, Error>,
    ) -> wasmtime::Result<()>
    where
        P: ComponentNamedList + Lift + Send + 'static,
        R: Send + 'static,
        (Result<R, Error>,): ComponentNamedList + Lower,
    {
        let documents = self.documents;
        match calls {
            Calls::Block => self.instance.func_wrap(
                name,
                move |mut context: StoreContextMut<'_, T>, params: P| {
                    Ok((work(documents(context.data_mut()), params),))
                },
            ),
            Calls::Suspend => self.instance.func_wrap_async(
                name,
                move |mut context: StoreContextMut<'_, T>, params: P| {
                    let documents = documents(context.data_mut()).clone();
                    Box::new(async move {
                        let work = tokio::task::spawn_blocking(move || work(&documents, params));
                        Ok((work.await?,))
                    })
                },
            ),
        }
    }
}
