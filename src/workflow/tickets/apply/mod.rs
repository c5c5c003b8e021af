//! Applies events to tickets. Total, and without a rule.

mod csd;
mod cus;
mod notices;
mod values;
