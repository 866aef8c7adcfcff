//! One suite of behaviours, for every kind of store: whoever changes an address changes nothing else.

mod errors;
mod grants;
mod scene;
mod together;
mod updates;
