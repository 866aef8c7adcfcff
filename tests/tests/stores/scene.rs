//! A store of each kind, and what stands in it as others see it.

use amend_store::{EtcdOptions, Options, Store};
use amend_tests::etcd::Cluster;
use tempfile::TempDir;

/// A store, and the way around it.
pub(crate) struct Scene {
    pub(crate) store: Store,
    behind: Behind,
}

enum Behind {
    Files(TempDir),
    Etcd(Cluster),
}

impl Scene {
    pub(crate) fn files(options: Options) -> Option<Scene> {
        let directory = tempfile::tempdir().expect("a directory");
        Some(Scene {
            store: Store::open_with(directory.path(), options).expect("it opens"),
            behind: Behind::Files(directory),
        })
    }

    /// `None` where there is no etcd.
    pub(crate) fn etcd(options: Options) -> Option<Scene> {
        let cluster = Cluster::single()?;
        let options = EtcdOptions::default().with_store(options);
        Some(Scene {
            store: Store::etcd(&cluster.address("/documents"), options).expect("an address"),
            behind: Behind::Etcd(cluster),
        })
    }

    /// Puts a document there as another program would.
    pub(crate) fn put(&self, document: &str, text: &str) {
        match &self.behind {
            Behind::Files(directory) => {
                let path = directory.path().join(document);
                std::fs::create_dir_all(path.parent().expect("it has one")).expect("a directory");
                std::fs::write(path, text).expect("it is written");
            }
            Behind::Etcd(cluster) => {
                cluster.etcdctl(&["put", "--", &format!("/documents/{document}"), text]);
            }
        }
    }

    /// The document as another program sees it.
    pub(crate) fn stored(&self, document: &str) -> Option<String> {
        match &self.behind {
            Behind::Files(directory) => {
                std::fs::read_to_string(directory.path().join(document)).ok()
            }
            Behind::Etcd(cluster) => {
                let key = format!("/documents/{document}");
                let found = cluster.etcdctl(&["get", "--print-value-only", "--", &key]);
                // It ends a value with a line end of its own.
                found.strip_suffix('\n').map(str::to_owned)
            }
        }
    }
}

/// Makes a test of each behaviour for each kind of store.
macro_rules! behaviours {
    ($($(#[$about:meta])* fn $name:ident($scene:ident $(, $options:expr)?) $body:block)*) => {
        $(mod $name {
            #[allow(unused_imports, reason = "not every behaviour needs all that the others need")]
            use super::*;

            fn behaves($scene: &crate::scene::Scene) $body

            #[allow(unused_mut, unused_assignments, reason = "most behave with the default")]
            fn options() -> amend_store::Options {
                let mut options = amend_store::Options::default();
                $(options = $options;)?
                options
            }

            #[test]
            fn files() {
                crate::scene::Scene::files(options()).iter().for_each(behaves);
            }

            #[test]
            fn etcd() {
                crate::scene::Scene::etcd(options()).iter().for_each(behaves);
            }
        })*
    };
}

pub(crate) use behaviours;
