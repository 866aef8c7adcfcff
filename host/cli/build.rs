//! How the command is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // At an address of its own choice, the program would have to be told where it is before it can start: wasmtime and
    // its compiler come with some thirty thousand pointers, in a hundred pages, each of which is read, changed and
    // copied at every start. That was half of the time of `amend update --set`, which uses none of them. At a fixed
    // address, as Go's programs and Debian's Python are, nothing is to be done. What is placed by chance still is: the
    // stack, the heap, the libraries, and the code and the memory of guests.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux")
        && std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|library| library == "gnu")
    {
        println!("cargo::rustc-link-arg-bin=amend=-no-pie");
    }
}
