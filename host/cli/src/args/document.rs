//! The limits of a document: the options of every command that reads or changes documents.

use amend_store::document::Limits;
use bytesize::ByteSize;
use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits of a document")]
pub(crate) struct DocumentArgs {
    /// The size of a document, before and after a change [default: 1GiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_size: Option<ByteSize>,

    /// The number of arrays and objects inside each other [default: 512]
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_depth: Option<usize>,
}

impl DocumentArgs {
    /// The defaults, replaced by the limits of the command line.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(size) = self.max_size {
            limits = limits.with_size(usize::try_from(size.as_u64()).unwrap_or(usize::MAX));
        }
        if let Some(depth) = self.max_depth {
            limits = limits.with_depth(depth);
        }
        limits
    }
}
