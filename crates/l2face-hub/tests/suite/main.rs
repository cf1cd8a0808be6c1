//! Fetching from a server of the test's own, and publishing to one: what arrives, what is kept, and every way it can go wrong.
mod broken;
mod cache;
mod cut;
mod each;
mod failures;
mod fetching;
mod full_disk;
mod hostile;
mod publishing;
mod repository;
mod secrets;
mod server;
mod slow;
#[cfg(target_os = "linux")]
mod small_disk;
mod split;
mod statuses;
mod writable;
