//! Fetching from a server of the test's own: what arrives, what is kept, and every way it can go wrong.
mod cache;
mod failures;
mod fetching;
mod hostile;
mod repository;
mod secrets;
mod server;
