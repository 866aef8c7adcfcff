//! What the queue is built on. The tests build it a second time on a model of the same things.

pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard};
