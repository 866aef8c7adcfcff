//! What is wrong with the path of a document.

/// What is wrong with a document's path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathProblem {
    /// It is empty.
    #[error("a document needs a name")]
    Empty,
    /// It is absolute.
    #[error("a document's path is relative to its store, and this one is absolute")]
    Absolute,
    /// It has `..` in it.
    #[error("a document's path cannot have `..` in it")]
    Parent,
    /// It ends in a slash.
    #[error("this names a directory, not a document")]
    Directory,
    /// It has a zero byte in it.
    #[error("a path cannot have a zero byte in it")]
    Nul,
    /// It is a lock file, or the name of the lock file of another document.
    #[error(
        "this is a lock file, or the place of one: the name ends with `.lock`, and there is no JSON document"
    )]
    LockFile,
    /// It is the name of a temporary file.
    #[error("this is the name of a temporary file, not of a document")]
    TemporaryFile,
    /// It is the name of the settings of a directory.
    #[error("this is the name of the settings of its directory, not of a document")]
    Settings,
    /// The lock file's name would be longer than file systems allow.
    #[error("the name is too long: {max} bytes at most, so that `.lock` can be added")]
    TooLong {
        /// The maximum length of a name, in bytes.
        max: usize,
    },
    /// It leads through too many directories.
    #[error("the path is too deep: {max} directories at most")]
    TooDeep {
        /// The maximum number of directories.
        max: usize,
    },
}
