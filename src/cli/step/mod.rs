//! Completing a step: each input given, else asked, else missing.

mod fields;
