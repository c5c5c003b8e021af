//! The closed sets of the process: every word that a field may hold, in the order in which it is listed.

/// A closed set of words, each with one spelling for flags, JSON, tables and the store.
pub trait Word: Copy + Eq + 'static {
    /// Every word of the set, in the order in which it is listed.
    const ALL: &'static [Self];

    /// The one spelling.
    fn as_str(self) -> &'static str;

    /// The word with that spelling, whatever its case.
    fn from_word(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.as_str().eq_ignore_ascii_case(text))
    }
}

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $vis:vis $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$word_doc])* $word,)+ }

        impl $crate::workflow::vocabulary::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$word,)+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::workflow::vocabulary::Word::as_str(*self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::workflow::vocabulary::Word::as_str(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                <Self as $crate::workflow::vocabulary::Word>::from_word(&text).ok_or_else(|| serde::de::Error::unknown_variant(&text, &[$($text,)+]))
            }
        }
    )+};
}
pub(crate) use vocabulary;

vocabulary! {
    /// A team of the vendor, with the steps that R28 gives it.
    pub Role {
        /// Talks to the customers.
        Support = "support",
        /// Handles what needs no change of the product.
        ClientServices = "client-services",
        /// Assesses, decides and mends.
        Engineering = "engineering",
        /// Prioritises and closes.
        Product = "product",
        /// Writes the customer messaging for what hits many.
        Marketing = "marketing",
    }

    /// Who handles a customer's issue (R3).
    pub Handler {
        /// Support itself.
        Support = "support",
        /// Client Services.
        ClientServices = "client-services",
        /// Engineering, by a CUS ticket.
        Engineering = "engineering",
        /// Product.
        Product = "product",
    }

    /// What obliges Support to escalate to Engineering as soon as possible (R4).
    pub Trigger {
        /// It seems to have started right after a scheduled upgrade or patch.
        AfterUpgrade = "after-upgrade",
        /// It is financial: rating or driver pay, for courier software.
        Financial = "financial",
        /// It looks like a large customer impact.
        LargeImpact = "large-impact",
    }

    /// How an issue arrived (R1).
    pub Channel {
        /// The support portal.
        Portal = "portal",
        /// A telephone call.
        Phone = "phone",
        /// An e-mail.
        Email = "email",
    }

    /// How urgent a CUS ticket is, the most urgent first (R9).
    pub Priority {
        /// The shortest clocks; high priority.
        Critical = "critical",
        /// High priority.
        High = "high",
        /// The usual clocks.
        Medium = "medium",
        /// The longest clocks.
        Low = "low",
    }

    /// How badly the application is hit (R13).
    pub Severity {
        /// The application is down or unusable.
        Outage = "outage",
        /// A main function fails.
        Major = "major",
        /// A nuisance with a way around it.
        Minor = "minor",
        /// Only looks wrong.
        Cosmetic = "cosmetic",
        /// Engineering looked and cannot tell.
        Unknown = "unknown",
    }

    /// How many customers are hit (R13).
    pub Impact {
        /// One customer.
        One = "one",
        /// Several customers.
        Some = "some",
        /// So many that Marketing must hear of it (R17).
        Large = "large",
        /// Engineering looked and cannot tell.
        Unknown = "unknown",
    }

    /// What Engineering decided about the release (R16).
    pub Decision {
        /// A patch now, with its version.
        Patch = "patch",
        /// A scheduled release, whose fix version is tentative.
        NextRelease = "next-release",
        /// No version yet: it stays on the Open Bug List.
        Backlog = "backlog",
    }

    /// Whom a notice addresses.
    pub Audience {
        /// The original reporter of a CSD ticket.
        Support = "support",
        /// Product management.
        Product = "product",
        /// Marketing.
        Marketing = "marketing",
        /// The customer of a CSD ticket.
        Customer = "customer",
    }

    /// A way by which a notice reaches its audience.
    pub Via {
        /// Printed, to be pasted by hand; who runs the command vouches for it.
        Print = "print",
        /// Handed to a program as a mail.
        Command = "command",
        /// Sent as a mail.
        Smtp = "smtp",
        /// Posted to a web address as JSON.
        Webhook = "webhook",
        /// Told on the telephone.
        Phone = "phone",
        /// Written into the support portal by hand.
        Portal = "portal",
        /// Told face to face.
        InPerson = "in-person",
    }

    /// An item of the CUS Ticket Checklist that Engineering can find wanting (R12).
    pub ChecklistItem {
        /// The reproduction steps.
        Steps = "steps",
        /// The priority level.
        Priority = "priority",
        /// Screenshots or videos.
        Attachments = "attachments",
        /// The customer's product version.
        Version = "version",
        /// The description of the CSD ticket.
        Description = "description",
        /// Something else, told in the note.
        Other = "other",
    }

    /// How a CUS ticket ended (R24, R26).
    pub Resolution {
        /// Each customer is decided and Product closed it (R24).
        Fixed = "fixed",
        /// It works as it should.
        NotABug = "not-a-bug",
        /// Another CUS ticket is about the same bug.
        Duplicate = "duplicate",
        /// Engineering could not make it happen.
        CannotReproduce = "cannot-reproduce",
        /// It will stay as it is.
        WontFix = "wont-fix",
        /// The escalation was taken back.
        Withdrawn = "withdrawn",
    }

    /// What a customer answered (R23).
    pub AnswerKind {
        /// The customer says that it is solved.
        Resolved = "resolved",
        /// The customer says that it is not solved (R25).
        NotResolved = "not-resolved",
        /// The customer could not be reached.
        Unreachable = "unreachable",
    }

    /// Which of the two tickets it is.
    pub Kind {
        /// The customer's ticket at the service desk.
        Csd = "csd",
        /// The escalation to Engineering.
        Cus = "cus",
    }
}

impl Priority {
    /// Whether it counts as "high priority" (R9): `critical` and `high`.
    pub fn is_high(self) -> bool {
        self <= Self::High
    }
}

impl Via {
    /// Whether who tells vouches for it, so that it is told at once; by any other way it is told once it is delivered.
    pub fn is_at_once(self) -> bool {
        match self {
            Self::Print | Self::Phone | Self::Portal | Self::InPerson => true,
            Self::Command | Self::Smtp | Self::Webhook => false,
        }
    }

    /// Whether it goes out as a mail, which needs an address.
    pub fn is_mail(self) -> bool {
        matches!(self, Self::Command | Self::Smtp)
    }
}

impl From<Handler> for Role {
    fn from(handler: Handler) -> Self {
        match handler {
            Handler::Support => Self::Support,
            Handler::ClientServices => Self::ClientServices,
            Handler::Engineering => Self::Engineering,
            Handler::Product => Self::Product,
        }
    }
}
