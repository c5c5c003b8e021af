//! The rules of PROCESS by their numbers, so that each refusal and each duty can cite its own.

macro_rules! rules {
    ($($rule:ident)+) => {
        /// A rule of PROCESS.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each is defined in PROCESS under its number")]
        pub enum Rule { $($rule,)+ }

        impl Rule {
            /// The number as PROCESS writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$rule => stringify!($rule),)+ }
            }
        }
    };
}

rules! { R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11 R12 R13 R14 R15 R16 R17 R18 R19 R20 R21 R22 R23 R24 R25 R26 R27 R28 R29 R30 R31 R32 }

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
