//! JSON Pointers out of keys.

/// The JSON Pointer (RFC 6901) that leads through these keys, which may contain any character.
///
/// ```
/// assert_eq!(amend_guest::pointer(["paths", "/etc/hosts", "~user"]), "/paths/~1etc~1hosts/~0user");
/// assert_eq!(amend_guest::pointer::<&str>([]), "");
/// ```
pub fn pointer<K: AsRef<str>>(keys: impl IntoIterator<Item = K>) -> String {
    let mut pointer = String::new();
    for key in keys {
        pointer.push('/');
        for character in key.as_ref().chars() {
            match character {
                '~' => pointer.push_str("~0"),
                '/' => pointer.push_str("~1"),
                _ => pointer.push(character),
            }
        }
    }
    pointer
}
