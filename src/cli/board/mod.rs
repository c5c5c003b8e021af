//! The full-screen board: what stands on it, how keys move through it, how it is drawn, and the terminal under it.

mod draw;
mod model;
mod screen;
#[cfg(test)]
mod tests;

pub(super) use draw::draw;
pub(super) use model::{Board, Duties, Wish};
pub(super) use screen::Screen;
