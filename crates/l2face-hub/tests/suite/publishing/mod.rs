//! From a folder to a Hub that can be written to.
mod arrival;
mod broken;
mod cards;
mod expected;
mod given;
mod older;
mod private;
mod refusals;
mod secrets;
mod slow;
mod statuses;
mod whole;
