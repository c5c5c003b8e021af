//! The two functions of the C library's `libm` that SQLite and templates name. A library that a process does not load
//! saves it a twentieth of its start.
#![allow(unsafe_code, reason = "the names are those by which C finds them")]

/// The natural logarithm.
#[unsafe(no_mangle)]
extern "C" fn log(x: f64) -> f64 {
    libm::log(x)
}

/// A power.
#[unsafe(no_mangle)]
extern "C" fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_what_their_names_say() {
        assert!((log(std::f64::consts::E) - 1.0).abs() < 1e-15 && (log(1.0)).abs() < 1e-15);
        assert!((pow(2.0, 10.0) - 1024.0).abs() < 1e-12 && (pow(9.0, 0.5) - 3.0).abs() < 1e-12);
    }
}
