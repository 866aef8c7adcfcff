//! The file systems that are mounted in the machine.

use serde::{Deserialize, Serialize};

/// A mount.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mount {
    pub(super) name: String,
    pub(super) first: Client,
    /// Another client of the same files.
    pub(super) second: Option<Second>,
    /// Whether names in it are to be compared without regard to case, which ext4 does in directories that say so.
    pub(super) folds_case: bool,
}

/// The arguments of mount(2).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) kind: String,
    pub(super) source: String,
    pub(super) options: String,
}

/// Another client of the same files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Second {
    pub(super) client: Client,
    /// Whether it is mounted by another host: with a network and a host name of its own. To the server of a network file
    /// system, two mounts of one host are one client.
    pub(super) on_other_host: bool,
}

/// The ports of the file servers on the host's loopback.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub(super) nfs: u16,
    pub(super) smb: u16,
}

/// The host's loopback as the machine sees it.
const SERVER: &str = "10.0.2.2";

/// The names of all mounts, in the order in which they are checked.
pub(super) const ALL: [&str; 6] = ["nfs4.1", "smb", "9p", "vfat", "exfat", "ext4-casefold"];

/// More of them, for those who ask.
pub(super) const MORE: [&str; 7] = [
    "nfs4.0",
    "nfs4.2",
    "ext4",
    "xfs",
    "btrfs",
    "tmpfs",
    "overlayfs",
];

/// The name without the options behind it.
pub(super) fn base(name: &str) -> &str {
    name.split('+').next().unwrap_or(name)
}

/// A mount by its name, behind which options may stand, such as `smb+nolease`. `disk` is the device of its image, where it
/// has one.
pub(super) fn mount(name: &str, ports: Ports, disk: Option<&str>) -> Option<Mount> {
    let mut mount = plain(base(name), ports, disk)?;
    name.clone_into(&mut mount.name);
    let second = mount.second.as_mut().map(|second| &mut second.client);
    for client in [Some(&mut mount.first), second].into_iter().flatten() {
        for option in name.split('+').skip(1) {
            client.options.push(',');
            client.options.push_str(option);
        }
    }
    Some(mount)
}

fn plain(name: &str, ports: Ports, disk: Option<&str>) -> Option<Mount> {
    let disk = disk.unwrap_or_default();
    let (first, second) = match name {
        "nfs4.0" => networked(nfs("4.0", ports)),
        "nfs4.1" => networked(nfs("4.1", ports)),
        "nfs4.2" => networked(nfs("4.2", ports)),
        "smb" => networked(client(
            "cifs",
            &format!("//{SERVER}/share"),
            &format!(
                "ip={SERVER},unc=\\\\{SERVER}\\share,port={},vers=3.1.1,sec=none",
                ports.smb
            ),
        )),
        "9p" => {
            // One channel of the machine serves one mount.
            let by = |tag| client("9p", tag, "trans=virtio,version=9p2000.L,msize=262144");
            let client = by("second");
            (
                by("first"),
                Some(Second {
                    client,
                    on_other_host: false,
                }),
            )
        }
        "vfat" | "exfat" | "ext4" | "xfs" | "btrfs" => (client(name, disk, ""), None),
        "ext4-casefold" => (client("ext4", disk, ""), None),
        "tmpfs" => (client(name, name, ""), None),
        "overlayfs" => (client("overlay", name, ""), None),
        _ => return None,
    };
    Some(Mount {
        name: name.to_owned(),
        first,
        second,
        folds_case: name == "ext4-casefold",
    })
}

fn nfs(version: &str, ports: Ports) -> Client {
    let options = format!(
        "vers={version},addr={SERVER},clientaddr=10.0.2.15,port={},sec=sys",
        ports.nfs
    );
    client("nfs4", &format!("{SERVER}:/share"), &options)
}

/// Two hosts that mount the same share in the same way.
fn networked(client: Client) -> (Client, Option<Second>) {
    let second = Second {
        client: client.clone(),
        on_other_host: true,
    };
    (client, Some(second))
}

fn client(kind: &str, source: &str, options: &str) -> Client {
    Client {
        kind: kind.to_owned(),
        source: source.to_owned(),
        options: options.to_owned(),
    }
}
