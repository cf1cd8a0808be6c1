//! Against legacy.json, by legacy.py.
use crate::compare::legacy::rates;
use crate::fixture::read;
use crate::generator::Source;

#[test]
fn the_old_script_s_figures_agree() {
    rates(&read(include_str!("legacy.json")), &Source::kept());
}
