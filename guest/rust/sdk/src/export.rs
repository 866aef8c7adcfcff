//! The way from the component's export to the author's function.

use crate::{Patch, Refusal, bindings::exports::amend::document::updater as wit};

/// Makes a function this component's updater. Stands once in a crate, at the top level.
///
/// The function takes the document and the arguments and returns a [`Result`]; the crate's documentation
/// says which types may stand where.
#[macro_export]
macro_rules! updater {
    ($update:path) => {
        const _: () = {
            struct Component;

            impl $crate::__private::Guest for Component {
                fn update(
                    current: ::core::option::Option<::std::string::String>,
                    args: ::std::string::String,
                ) -> ::core::result::Result<
                    ::core::option::Option<$crate::__private::Patch>,
                    ::std::string::String,
                > {
                    $crate::__private::answer($crate::run($update, current.as_deref(), &args))
                }
            }

            // Native code, the author's tests, has no use for the exported symbols. Naming the function keeps
            // the compiler from reporting it, and all it uses, as dead.
            #[cfg(not(target_family = "wasm"))]
            const _: fn(
                ::core::option::Option<::std::string::String>,
                ::std::string::String,
            ) -> ::core::result::Result<
                ::core::option::Option<$crate::__private::Patch>,
                ::std::string::String,
            > = <Component as $crate::__private::Guest>::update;
            #[cfg(target_family = "wasm")]
    $crate::__private::export!(Component with_types_in $crate::bindings);
        };
    };
}

/// An answer in the contract's own types.
pub fn answer(answer: Result<Option<Patch>, Refusal>) -> Result<Option<wit::Patch>, String> {
    match answer {
        Ok(None) => Ok(None),
        Ok(Some(Patch::Operations(json))) => Ok(Some(wit::Patch::Operations(json))),
        Ok(Some(Patch::Merge(json))) => Ok(Some(wit::Patch::Merge(json))),
        Ok(Some(Patch::Replace(json))) => Ok(Some(wit::Patch::Replace(json))),
        Err(refusal) => Err(refusal.reason().to_owned()),
    }
}
