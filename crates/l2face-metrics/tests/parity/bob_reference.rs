//! Against bob_reference.json, by bob_reference.py: bob.measure.
use serde_json::Value;

use crate::compare::bob_reference as compare;
use crate::fixture::read;
use crate::generator::Source;

fn reference() -> Value {
    read(include_str!("bob_reference.json"))
}

#[test]
fn far_thresholds_and_rates_agree() {
    compare::far_thresholds(&reference(), &Source::kept());
}

#[test]
fn nearest_equal_error_rates_agree() {
    compare::nearest_equal_error_rates(&reference(), &Source::kept());
}

#[test]
fn ranks_agree() {
    compare::ranks(&reference(), &Source::kept());
}

#[test]
fn open_set_rates_agree() {
    compare::open_set_rates(&reference(), &Source::kept());
}
