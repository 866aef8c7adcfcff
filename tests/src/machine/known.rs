//! The checks that cannot run on some mounts, and the reasons. A failure that is not in this list makes the command fail.

/// Checks and tests that cannot run on some mounts.
struct Known {
    /// Parts of their names; checks have the names of the options.
    names: &'static [&'static str],
    /// How the mounts' names begin.
    mounts: &'static [&'static str],
    why: &'static str,
}

/// On all mounts: these are not even tried.
const ALL_MOUNTS: &[&str] = &[""];

const ALL: &[Known] = &[
    Known {
        names: &[
            "amend_store::simulated",
            "amend_store::modelled",
            "amend_store::queue",
        ],
        mounts: ALL_MOUNTS,
        why: "it reaches no file system, or a simulated one",
    },
    Known {
        names: &[
            "concurrency::a_guest_may_be_called",
            "concurrency::eight_processes_lose_nothing_through_the_command_line_and_a_guest",
            "concurrency::fifty_threads_lose_nothing_with_a_guest",
            "exit_codes::standard_error::no_exit_code",
            "exit_codes::unchanged::the_codes_5_and_6",
        ],
        mounts: ALL_MOUNTS,
        why: "it compiles a guest, and the machine has no compiler",
    },
    Known {
        names: &["concurrency::a_python_program"],
        mounts: ALL_MOUNTS,
        why: "the machine has no Python",
    },
    Known {
        names: &["exit_codes::table::"],
        mounts: ALL_MOUNTS,
        why: "it reads the README, which the machine does not have",
    },
    Known {
        names: &["exit_codes::unchanged::the_code_12"],
        mounts: ALL_MOUNTS,
        why: "it is about etcd",
    },
    Known {
        names: &[
            "history::",
            "a_temporary_file_is_never_more_readable_than_the_document",
        ],
        mounts: ALL_MOUNTS,
        why: "its readers leave an emulated processor no time for its writers",
    },
    Known {
        names: &["a_storm_of_signals_does_not_put_off_a_timeout"],
        mounts: ALL_MOUNTS,
        why: "an emulated processor is too slow to see a wait of 100 ms",
    },
    Known {
        names: &["clients"],
        mounts: &["9p"],
        why: "the server, qemu's, grants each client every lock",
    },
    Known {
        names: &["clients"],
        mounts: &["smb"],
        why: "locks do not exclude another host's: flock(1) on two hosts overlaps in 40 of 100 cases, whatever the mount options",
    },
    Known {
        names: &[""],
        mounts: &["nfs4.2"],
        why: "the server, nfs-ganesha 4, answers READ_PLUS with zeros, which kernels since 6.8 ask for",
    },
    Known {
        names: &["another_users_lock_file_needs_only_to_be_readable"],
        mounts: &["nfs"],
        why: "a lock takes a handle for writing there",
    },
    Known {
        names: &["a_link_to_an_open_file_without_a_name_makes_no_document"],
        mounts: &["nfs"],
        why: "a deleted file that is open has a name there, .nfs and a number",
    },
    Known {
        names: &[
            "lock_files_may_have_a_directory_of_their_own",
            "what_is_no_lock_file_is_named_and_left_alone",
            "no_path_leads_out_of_the_store_through_a_grant",
            "a_link_inside_the_store_is_followed_and_stays_one",
            "no_path_and_no_link_leads_out_of_the_store",
            "a_directory_that_is_swapped_in_mid_update",
            "a_dangling_link_creates_its_target",
            "a_link_of_another_user",
            "a_link_to_the_null_device",
            "links_in_a_circle",
            "links_stay_links",
            "what_is_no_file_is_an_error_at_once",
            "the_settings_of_a_directory_say_where_its_lock_files_are",
            "what_is_no_regular_file_is_denied",
        ],
        mounts: &["smb", "vfat", "exfat"],
        why: "it makes symbolic links or FIFOs, which the file system does not have",
    },
    Known {
        names: &[
            "another_users_lock_file_needs_only_to_be_readable",
            "root_gives_no_file_away_that_has_become_a_lock_file",
            "the_lock_file_admits_those_who_may_change",
            "the_lock_file_follows_the_mode_of_the_document",
            "the_lock_file_of_another_users_document",
            "without_access_to_the_lock_file",
            "a_chmod_in_mid_update",
            "a_document_that_may_not_be_written_to",
            "a_new_document_has_what_the_umask_leaves",
            "owner_and_group_are_kept",
            "the_mode_is_kept",
            "only_settings_of_root_and_of_the_owner",
            "the_lock_file_of_a_new_document_has_the_access",
            "the_settings_of_a_user_name_no_directory_of_another",
            "what_permissions_forbid_is_denied",
        ],
        mounts: &["smb", "vfat", "exfat"],
        why: "it is about owners and modes, which the file system does not keep",
    },
];

/// Why a test is not even tried.
pub(super) fn reason_everywhere(name: &str) -> Option<&'static str> {
    let is_meant = |known: &&Known| known.mounts == ALL_MOUNTS && known.names(name);
    ALL.iter().find(is_meant).map(|known| known.why)
}

/// Why a failure on a mount was to be expected.
pub(super) fn reason(mount: &str, name: &str) -> Option<&'static str> {
    let is_meant = |known: &&Known| {
        known.names(name) && known.mounts.iter().any(|prefix| mount.starts_with(prefix))
    };
    ALL.iter().find(is_meant).map(|known| known.why)
}

impl Known {
    fn names(&self, name: &str) -> bool {
        self.names.iter().any(|part| name.contains(part))
    }
}
