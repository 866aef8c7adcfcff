//! Core modules that keep to the contract, and components of them.

use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, PackageId, Resolve, WorldId};

/// Something of WASI of every shape: plain numbers, lists, strings, results, and resources. A component may import
/// less of an interface than there is.
const WASI: [&str; 4] = [
    "package wasi:random@0.2.0;
     interface random { get-random-bytes: func(len: u64) -> list<u8>; get-random-u64: func() -> u64; }",
    "package wasi:io@0.2.0;
     interface poll { resource pollable { ready: func() -> bool; block: func(); } }
     interface error { resource error { to-debug-string: func() -> string; } }
     interface streams {
         use error.{error};
         use poll.{pollable};
         variant stream-error { last-operation-failed(error), closed }
         resource output-stream {
             check-write: func() -> result<u64, stream-error>;
             write: func(contents: list<u8>) -> result<_, stream-error>;
             write-zeroes: func(len: u64) -> result<_, stream-error>;
             subscribe: func() -> pollable;
         }
     }",
    "package wasi:clocks@0.2.0;
     interface monotonic-clock {
         use wasi:io/poll@0.2.0.{pollable};
         now: func() -> u64;
         subscribe-duration: func(when: u64) -> pollable;
     }",
    "package wasi:cli@0.2.0;
     interface environment { get-arguments: func() -> list<string>; }
     interface stdout { use wasi:io/streams@0.2.0.{output-stream}; get-stdout: func() -> output-stream; }
     interface exit { exit: func(status: result); }",
];

/// The plugin's world, and what it may import besides.
const WITH_WASI: &str = "package amend:fuzzed;
     world plugin {
         import wasi:random/random@0.2.0;
         import wasi:clocks/monotonic-clock@0.2.0;
         import wasi:io/poll@0.2.0;
         import wasi:io/streams@0.2.0;
         import wasi:cli/environment@0.2.0;
         import wasi:cli/stdout@0.2.0;
         import wasi:cli/exit@0.2.0;
         export amend:document/updater@0.1.0;
     }";

/// What a core module imports and exports to become an updater.
pub(crate) struct Contract {
    resolve: Resolve,
    world: WorldId,
}

impl Contract {
    /// The world of this name in a package.
    pub(crate) fn of(resolve: Resolve, package: PackageId, world: &str) -> Contract {
        let world = resolve
            .select_world(&[package], Some(world))
            .expect("it has the world");
        Contract { resolve, world }
    }

    /// The contract in `wit/`.
    pub(crate) fn plugin() -> Contract {
        let mut resolve = Resolve::default();
        let (package, _) = resolve
            .push_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit"))
            .expect("the contract is valid");
        Contract::of(resolve, package, "plugin")
    }

    /// The same for a module that also calls WASI.
    pub(crate) fn plugin_with_wasi() -> Contract {
        let Contract { mut resolve, .. } = Contract::plugin();
        let mut push = |text| {
            let pushed = resolve.push_str("fuzzed.wit", text);
            pushed.unwrap_or_else(|error| panic!("{error:?}"))
        };
        for text in WASI {
            push(text);
        }
        let package = push(WITH_WASI);
        Contract::of(resolve, package, "plugin")
    }

    /// A core module that has the right imports and exports, and nothing in them.
    pub(crate) fn shape(&self) -> Vec<u8> {
        let abi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);
        dummy_module(&self.resolve, self.world, abi)
    }

    /// The component that such a module makes, or what is wrong with it.
    pub(crate) fn component(&self, mut module: Vec<u8>) -> Result<Vec<u8>, String> {
        let utf8 = StringEncoding::UTF8;
        let mut encode = || {
            wit_component::embed_component_metadata(&mut module, &self.resolve, self.world, utf8)?;
            ComponentEncoder::default().module(&module)?.encode()
        };
        encode().map_err(|error: anyhow::Error| format!("{error:?}"))
    }
}
