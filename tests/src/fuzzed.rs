//! Components that nobody would write: a seed gives one, always the same.

mod answers;
mod floods;
mod modules;
pub(crate) mod mutated;
mod tamed;

use crate::contract::Contract;
use arbitrary::Unstructured;

/// So many random bytes are there for one component; after that all choices are the first.
const RANDOM: usize = 16 << 10;

/// Something to load as a guest.
#[derive(Debug)]
pub(crate) struct Fuzzed {
    /// How it was made.
    pub(crate) kind: &'static str,
    /// What there is to load.
    pub(crate) bytes: Vec<u8>,
}

/// Makes components of seeds.
pub(crate) struct Fuzz {
    plugin: Contract,
    with_wasi: Contract,
    real: Vec<u8>,
}

impl Fuzz {
    /// With a component of a real guest to mutate.
    pub(crate) fn new(real: Vec<u8>) -> Fuzz {
        Fuzz {
            plugin: Contract::plugin(),
            with_wasi: Contract::plugin_with_wasi(),
            real,
        }
    }

    /// The component of a seed.
    pub(crate) fn component(&self, seed: u64) -> Fuzzed {
        let random = random_bytes(seed);
        let u = &mut Unstructured::new(&random);
        // The seed decides on the kind, so that a few seeds in a row have all kinds.
        let (kind, bytes) = match seed % 9 {
            0 | 1 => ("random code", modules::updater(&self.plugin, u)),
            2 => ("random code, WASI", modules::updater(&self.with_wasi, u)),
            3 | 4 => ("made-up answer", answers::updater(&self.plugin, u)),
            5 => ("mutated guest", mutated::bytes(&self.real, u)),
            6 => (
                "mutated answer",
                mutated::bytes(&answers::updater(&self.plugin, u), u),
            ),
            7 => ("flood", floods::updater(&self.with_wasi, u)),
            _ => modules::no_updater(u),
        };
        Fuzzed { kind, bytes }
    }
}

/// Random bytes of a seed, by `SplitMix64`: a few lines, and the same everywhere and always.
pub(crate) fn random_bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    (0..RANDOM / 8)
        .flat_map(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)).to_le_bytes()
        })
        .collect()
}
