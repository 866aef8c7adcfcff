//! How deep and how large a document may be.

/// How deep a JSON text may nest, and how large the result of a patch may be.
///
/// Patches come from those who are not trusted with the machine's memory: fifty `copy` operations, each
/// doubling what the one before it made, ask for a petabyte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many arrays and objects may be open inside each other. `[[1]]` needs 2, a number 0.
    pub depth: usize,
    /// How many bytes the text that results from a patch may have.
    pub size: usize,
}

impl Limits {
    /// These limits with another depth.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Limits {
        self.depth = depth;
        self
    }

    /// These limits with another size of the result, in bytes.
    #[must_use]
    pub fn with_size(mut self, size: usize) -> Limits {
        self.size = size;
        self
    }
}

impl Default for Limits {
    /// A depth of 512 and a size of 1 GiB.
    fn default() -> Limits {
        Limits {
            depth: 512,
            size: 1 << 30,
        }
    }
}
