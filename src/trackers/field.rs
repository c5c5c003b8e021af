//! What a column of a file can hold.

use crate::workflow::vocabulary::vocabulary;

vocabulary! {
    /// A field of an issue.
    pub Field {
        /// The ticket's own key or number; every row needs one, so that a second import finds it again.
        Key = "key",
        /// The tracker's own number of it, by which others may name it.
        Id = "id",
        /// The project's key.
        Project = "project",
        /// Whose issue it is.
        Customer = "customer",
        /// Where the customer is reached.
        Contact = "contact",
        /// One line.
        Summary = "summary",
        /// What is wrong.
        Description = "description",
        /// Where it happens.
        Environment = "environment",
        /// How it arrived.
        Channel = "channel",
        /// The product and its version.
        ProductVersion = "product_version",
        /// A version that it is in.
        AffectsVersion = "affects_version",
        /// A version that brings the fix.
        FixVersion = "fix_version",
        /// Such a version, where it is out.
        ReleasedVersion = "released_version",
        /// A part of the product that it is in.
        Component = "component",
        /// A label.
        Label = "label",
        /// The status's name.
        Status = "status",
        /// What kind of status that is.
        StatusCategory = "status_category",
        /// The priority's name.
        Priority = "priority",
        /// The resolution's name.
        Resolution = "resolution",
        /// The type.
        Type = "type",
        /// When it was made.
        Created = "created",
        /// When it last changed.
        Updated = "updated",
        /// When it was resolved.
        Resolved = "resolved",
        /// When somebody first answered.
        FirstResponse = "first_response",
        /// The day that it is due.
        Due = "due",
        /// Who reported it.
        Reporter = "reporter",
        /// Who works on it.
        Assignee = "assignee",
        /// Something that was said.
        Comment = "comment",
        /// A file, without its content.
        Attachment = "attachment",
        /// Another ticket's key.
        Link = "link",
        /// The key of the issue that it is a part of.
        Parent = "parent",
        /// That number.
        ParentId = "parent_id",
    }

    /// What becomes of a column that holds no field.
    pub Otherwise {
        /// It is kept beside the ticket, by its own name.
        Kept = "kept",
        /// It is left out, as somebody asked for.
        LeftOut = "left-out",
    }
}

impl Field {
    /// Whether it is a moment or a day.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Created | Self::Updated | Self::Resolved | Self::FirstResponse | Self::Due)
    }

    /// Whether an issue can have several, from several columns.
    pub fn is_list(self) -> bool {
        matches!(
            self,
            Self::AffectsVersion
                | Self::FixVersion
                | Self::ReleasedVersion
                | Self::Component
                | Self::Label
                | Self::Comment
                | Self::Attachment
                | Self::Link
        )
    }
}

/// What a column is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A field.
    As(Field),
    /// None.
    Otherwise(Otherwise),
}

impl Use {
    /// Kept beside the ticket.
    pub const KEPT: Self = Self::Otherwise(Otherwise::Kept);

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        use crate::workflow::vocabulary::Word;
        match self {
            Self::As(field) => field.as_str(),
            Self::Otherwise(otherwise) => otherwise.as_str(),
        }
    }
}
