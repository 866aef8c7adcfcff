//! Documents in etcd: what only they have to do right.

mod answers;
mod commands;
mod copying;
mod limits;
mod marks;
mod members;
mod outcomes;
mod quota;
mod restore;
mod security;
mod tenants;
mod waiting;
