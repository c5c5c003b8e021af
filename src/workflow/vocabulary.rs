//! The vocabularies of the process: every word that a field may hold, in the order in which it is listed.

/// A closed set of words, each with one spelling for flags, JSON, tables and the store.
pub trait Word: Copy + Eq + 'static {
    /// The words of the set, in the order in which they are listed.
    const ALL: &'static [Self];

    /// Returns the word's one spelling.
    fn as_str(self) -> &'static str;

    /// Finds a word by its spelling, in any case.
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
    /// Why the clock of the next word to a customer changed although nothing was said (R33).
    pub WordClock {
        /// It began: of what was imported, or when a team turned it on again.
        Begun = "begun",
        /// The bug became more urgent, and the due time earlier.
        Sooner = "sooner",
        /// The customer could not be reached, and it starts anew.
        Tried = "tried",
        /// The team turned it off.
        Off = "off",
    }

    /// A team of the vendor, with the steps that R28 assigns to it.
    pub Role {
        /// Talks to the customers.
        Support = "support",
        /// Handles what needs no change to the product.
        ClientServices = "client-services",
        /// Assesses, decides and fixes.
        Engineering = "engineering",
        /// Prioritises and closes.
        Product = "product",
        /// Writes the customer messaging for large impacts.
        Marketing = "marketing",
    }

    /// The team that handles a customer's issue (R3).
    pub Handler {
        /// Support itself.
        Support = "support",
        /// Client Services.
        ClientServices = "client-services",
        /// Engineering, through a CUS ticket.
        Engineering = "engineering",
        /// Product.
        Product = "product",
    }

    /// A reason that obliges Support to escalate to Engineering as soon as possible (R4).
    pub Trigger {
        /// It seems to have started right after a scheduled upgrade or patch.
        AfterUpgrade = "after-upgrade",
        /// It is financial: rating or driver pay, for courier software.
        Financial = "financial",
        /// It looks like a large customer impact.
        LargeImpact = "large-impact",
    }

    /// The channel by which an issue arrived (R1).
    pub Channel {
        /// The support portal.
        Portal = "portal",
        /// A telephone call.
        Phone = "phone",
        /// An e-mail.
        Email = "email",
    }

    /// The urgency of a CUS ticket, the most urgent first (R9).
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

    /// The severity of a bug (R13).
    pub Severity {
        /// The application is down or unusable.
        Outage = "outage",
        /// A main function fails.
        Major = "major",
        /// It works with effort.
        Minor = "minor",
        /// It only looks wrong.
        Cosmetic = "cosmetic",
        /// Engineering looked and cannot tell.
        Unknown = "unknown",
    }

    /// The number of customers affected, roughly (R13).
    pub Impact {
        /// One customer.
        One = "one",
        /// Several customers.
        Some = "some",
        /// So many that Marketing is told (R17).
        Large = "large",
        /// Engineering looked and cannot tell.
        Unknown = "unknown",
    }

    /// Engineering's decision about the release (R16).
    pub Decision {
        /// A patch now, with its version.
        Patch = "patch",
        /// A scheduled release, whose fix version is tentative.
        NextRelease = "next-release",
        /// No version yet: it stays on the Open Bug List.
        Backlog = "backlog",
    }

    /// The audience of a notice.
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

    /// The channel by which a notice reaches its audience.
    pub Via {
        /// Printed, to be pasted by hand; whoever runs the command vouches for sending it.
        Print = "print",
        /// A mail on the standard input of a program.
        Command = "command",
        /// A mail to an SMTP server.
        Smtp = "smtp",
        /// JSON posted to a URL.
        Webhook = "webhook",
        /// Told on the phone.
        Phone = "phone",
        /// Written into the support portal by hand.
        Portal = "portal",
        /// Told in person.
        InPerson = "in-person",
    }

    /// An item of the CUS Ticket Checklist that can be missing or unclear (R12).
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
        /// Something else, explained in the note.
        Other = "other",
    }

    /// The resolution of a CUS ticket (R24, R26).
    pub Resolution {
        /// Fixed, and closed by Product once every customer had answered (R24).
        Fixed = "fixed",
        /// It works as it should.
        NotABug = "not-a-bug",
        /// Another CUS ticket is about the same bug.
        Duplicate = "duplicate",
        /// Engineering could not reproduce it.
        CannotReproduce = "cannot-reproduce",
        /// It will stay as it is.
        WontFix = "wont-fix",
        /// The escalation was withdrawn.
        Withdrawn = "withdrawn",
    }

    /// A customer's answer (R23).
    pub AnswerKind {
        /// The customer says that it is solved.
        Resolved = "resolved",
        /// The customer says that it is not solved (R25).
        NotResolved = "not-resolved",
        /// The customer could not be reached.
        Unreachable = "unreachable",
    }

    /// What is announced to colleagues (R36).
    pub Announcement {
        /// A ticket went to Engineering.
        Escalated = "escalated",
        /// Engineering returned it.
        Returned = "returned",
        /// Support completed it.
        Completed = "completed",
        /// It was reopened.
        Reopened = "reopened",
        /// A customer complains.
        Complaint = "complaint",
        /// Its priority was raised.
        PriorityRaised = "priority-raised",
        /// Further upgrades are held.
        HoldSet = "hold-set",
        /// They are free again.
        HoldLifted = "hold-lifted",
        /// The fix is available.
        Shipped = "shipped",
        /// It can be closed.
        Ready = "ready",
        /// It was closed.
        Closed = "closed",
    }

    /// The kind of a ticket.
    pub Kind {
        /// The CSD ticket at the service desk.
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
    /// Whether the sender vouches for it, so that it counts as told at once rather than when it is delivered.
    pub fn is_at_once(self) -> bool {
        match self {
            Self::Print | Self::Phone | Self::Portal | Self::InPerson => true,
            Self::Command | Self::Smtp | Self::Webhook => false,
        }
    }

    /// Whether somebody told it, and the record says so.
    pub fn is_by_hand(self) -> bool {
        matches!(self, Self::Phone | Self::Portal | Self::InPerson)
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
