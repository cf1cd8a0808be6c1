//! Fetching from a server of the test's own, and publishing to one: what arrives, what is kept, and every way it can go wrong.
mod cache;
mod failures;
mod fetching;
mod hostile;
mod publishing;
mod repository;
mod secrets;
mod server;
mod writable;
