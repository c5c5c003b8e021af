//! The inputs of commands, each with one name.

macro_rules! fields {
    ($($field:ident $name:literal,)+) => {
        /// An input of a command.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each says by its name what it is")]
        pub enum Field { $($field,)+ }

        impl Field {
            /// Returns its name in JSON and in refusals.
            pub fn name(self) -> &'static str {
                match self { $(Self::$field => $name,)+ }
            }
        }
    };
}

fields! {
    Assignee "to",
    Action "n",
    ActionText "text",
    Attach "attach",
    CausedBy "caused_by",
    Cause "cause",
    Category "category",
    Channel "channel",
    Contact "contact",
    Csd "csd",
    Customer "customer",
    CustomersAffected "customers_affected",
    Decision "decision",
    Description "description",
    Due "due",
    File "file",
    FixVersion "fix_version",
    HandledBy "handled_by",
    HoldVersion "hold_version",
    Impact "impact",
    Into "into",
    Lessons "lessons",
    Lift "lift",
    Me "me",
    MergeInto "merge_into",
    Message "message",
    Missing "missing",
    Name "name",
    NextBy "next_by",
    Nobody "none",
    Note "note",
    NotResolved "not_resolved",
    Now "now",
    Of "of",
    Owed "owed",
    Owner "owner",
    Priority "priority",
    ProductVersion "product_version",
    Rename "rename",
    Resolution "resolution",
    Resolved "resolved",
    Revision "revision",
    Role "role",
    RootCause "root_cause",
    SlipTo "slip_to",
    Severity "severity",
    Started "started",
    Steps "steps",
    Summary "summary",
    TargetDate "target_date",
    Tell "tell",
    Text "text",
    To "to",
    Trigger "trigger",
    Unreachable "unreachable",
    Via "via",
    Workaround "workaround",
}
