//! Documents in etcd: what only they have to do right.

mod commands;
mod copying;
mod limits;
mod marks;
mod members;
mod outcomes;
mod quota;
mod security;
