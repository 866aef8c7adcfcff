//! An archive in the format that the kernel unpacks into its first file system: "newc" of cpio.

const DIRECTORY: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const LINK: u32 = 0o120_777;

/// An archive in the making.
#[derive(Debug, Default)]
pub(super) struct Archive {
    bytes: Vec<u8>,
    inode: u32,
    directories: Vec<String>,
}

impl Archive {
    /// Adds a file that can be executed, and the directories that it is in.
    pub(super) fn add(&mut self, path: &str, content: &[u8]) {
        self.make_parents(path);
        self.entry(path, PROGRAM, content);
    }

    /// Adds a symbolic link.
    pub(super) fn link(&mut self, path: &str, to: &str) {
        self.make_parents(path);
        self.entry(path, LINK, to.as_bytes());
    }

    /// Adds a directory.
    pub(super) fn directory(&mut self, path: &str) {
        self.make_parents(path);
        if !self.directories.iter().any(|known| known == path) {
            self.directories.push(path.to_owned());
            self.entry(path, DIRECTORY, b"");
        }
    }

    /// The finished archive.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.entry("/TRAILER!!!", 0, b"");
        self.bytes
    }

    fn make_parents(&mut self, path: &str) {
        if let Some((parent, _)) = path.rsplit_once('/')
            && !parent.is_empty()
        {
            self.directory(parent);
        }
    }

    fn entry(&mut self, path: &str, mode: u32, content: &[u8]) {
        let name = path.trim_start_matches('/');
        self.inode += 1;
        let size = u32::try_from(content.len()).expect("no program of the machine has 4 GiB");
        let length = u32::try_from(name.len() + 1).expect("a path is short");
        let fields = [self.inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, length, 0];
        self.bytes.extend(b"070701");
        for field in fields {
            self.bytes.extend(format!("{field:08x}").bytes());
        }
        self.bytes.extend(name.bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend(content);
        self.pad();
    }

    fn pad(&mut self) {
        let length = self.bytes.len().next_multiple_of(4);
        self.bytes.resize(length, 0);
    }
}
