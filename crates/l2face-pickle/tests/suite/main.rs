//! One binary for all tests.
mod mutations;
mod refused;
mod values;
