//! Which column of a CSV file holds which field.

use crate::workflow::vocabulary::{Word, vocabulary};

vocabulary! {
    /// A field of an issue that a column can hold.
    pub Field {
        /// The ticket's own key or number; every row needs one, so that a second import finds it again.
        Key = "key",
        /// Whose issue it is.
        Customer = "customer",
        /// Where the customer is reached.
        Contact = "contact",
        /// One line.
        Summary = "summary",
        /// What is wrong.
        Description = "description",
        /// How it arrived.
        Channel = "channel",
        /// The product and its version.
        ProductVersion = "product_version",
        /// The status's name.
        Status = "status",
        /// The priority's name.
        Priority = "priority",
        /// The resolution's name.
        Resolution = "resolution",
        /// When it was made.
        Created = "created",
        /// When it last changed.
        Updated = "updated",
        /// When it was resolved.
        Resolved = "resolved",
        /// When somebody first answered.
        FirstResponse = "first_response",
        /// Who reported it.
        Reporter = "reporter",
        /// The type.
        Type = "type",
    }
}

impl Field {
    /// The columns that usually hold it, in lower case, the surest first.
    fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Key => &["ticket id", "ticket key", "ticket number", "ticket", "case id", "case number", "key", "id"],
            Self::Customer => {
                &["customer name", "customer", "company", "organization", "organisation", "account name", "account"]
            }
            Self::Contact => &["customer email", "contact email", "contact", "requester email", "requester", "email"],
            Self::Summary => &["ticket subject", "subject", "summary", "title"],
            Self::Description => &["ticket description", "description", "body", "message"],
            Self::Channel => &["ticket channel", "channel", "source", "via"],
            Self::ProductVersion => &["product version", "version", "product purchased", "product"],
            Self::Status => &["ticket status", "status", "state"],
            Self::Priority => &["ticket priority", "priority"],
            Self::Resolution => &["resolution"],
            Self::Created => &["created", "created at", "date created", "ticket created", "opened", "opened at"],
            Self::Updated => &["updated", "updated at", "last updated"],
            Self::Resolved => &["resolved", "resolved at", "closed at", "time to resolution"],
            Self::FirstResponse => &["first response", "first response at", "first response time"],
            Self::Reporter => &["reporter", "reported by", "created by"],
            Self::Type => &["ticket type", "issue type", "type"],
        }
    }
}

/// Columns that were named by hand; the usual names stand for the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(Vec<(String, Option<Field>)>);

/// A mapping that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongMapping {
    /// It is not of the form `column=field`.
    #[error("`{0}` is not a mapping: write `column=field`, such as `Ticket ID=key`")]
    Form(String),
    /// There is no such field.
    #[error("there is no field `{name}`; did you mean `{nearest}`?")]
    NoSuchField {
        /// What was written.
        name: String,
        /// The field whose name is most like it.
        nearest: Field,
    },
    /// The file has no such column.
    #[error("there is no column `{name}`; did you mean `{nearest}`?")]
    NoSuchColumn {
        /// What was written.
        name: String,
        /// The column whose name is most like it.
        nearest: String,
    },
    /// Two columns cannot both hold it.
    #[error("`{field}` is mapped to both `{first}` and `{second}`")]
    Twice {
        /// The field.
        field: Field,
        /// One column.
        first: String,
        /// The other.
        second: String,
    },
    /// Rows without keys would be other tickets at each import.
    #[error("no column holds the keys: map the column that does, such as `{0}=key`")]
    NoKey(String),
}

impl Mapping {
    /// Reads pairs `column=field`. A column without a field, `column=`, is left out of the import.
    pub fn parse<S: AsRef<str>>(pairs: impl IntoIterator<Item = S>) -> Result<Self, WrongMapping> {
        let mut columns: Vec<(String, Option<Field>)> = Vec::new();
        for pair in pairs {
            let pair = pair.as_ref();
            // A column's name may hold the sign itself; a field's does not.
            let (column, name) = pair.rsplit_once('=').ok_or_else(|| WrongMapping::Form(pair.to_owned()))?;
            let (column, name) = (column.trim(), name.trim());
            if column.is_empty() {
                return Err(WrongMapping::Form(pair.to_owned()));
            }
            let field = if name.is_empty() { None } else { Some(field(name)?) };
            if let Some(field) = field
                && let Some((first, _)) = columns.iter().find(|(_, other)| *other == Some(field))
            {
                return Err(WrongMapping::Twice { field, first: first.clone(), second: column.to_owned() });
            }
            columns.push((column.to_owned(), field));
        }
        Ok(Self(columns))
    }

    /// The number of the column of each field in a file with this header.
    pub(super) fn columns(&self, header: &[String]) -> Result<Vec<(Field, usize)>, WrongMapping> {
        let mut columns = Vec::new();
        let mut taken = Vec::new();
        for (name, field) in &self.0 {
            let column = find(header, name).ok_or_else(|| no_such_column(header, name))?;
            taken.push(column);
            columns.extend(field.map(|field| (field, column)));
        }
        for field in Field::ALL {
            let mut usual = field.usual().iter().filter_map(|name| find(header, name));
            if !columns.iter().any(|(mapped, _)| mapped == field)
                && let Some(column) = usual.find(|column| !taken.contains(column))
            {
                columns.push((*field, column));
            }
        }
        if columns.iter().any(|(field, _)| *field == Field::Key) {
            Ok(columns)
        } else {
            Err(WrongMapping::NoKey(header.first().cloned().unwrap_or_default()))
        }
    }
}

fn field(name: &str) -> Result<Field, WrongMapping> {
    let written = name.to_lowercase().replace([' ', '-'], "_");
    Field::from_word(&written).ok_or_else(|| {
        let nearest = nearest(&written, Field::ALL.iter().map(|field| (*field, field.as_str())));
        WrongMapping::NoSuchField { name: name.to_owned(), nearest: nearest.unwrap_or(Field::Key) }
    })
}

fn no_such_column(header: &[String], name: &str) -> WrongMapping {
    let nearest = nearest(name, header.iter().map(|column| (column, column.as_str())));
    WrongMapping::NoSuchColumn { name: name.to_owned(), nearest: nearest.cloned().unwrap_or_default() }
}

/// The column with this name, whatever its case; of several the first.
fn find(header: &[String], name: &str) -> Option<usize> {
    let name = name.to_lowercase();
    header.iter().position(|column| column.to_lowercase() == name)
}

fn nearest<'a, T>(written: &str, known: impl Iterator<Item = (T, &'a str)>) -> Option<T> {
    let written = written.to_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&written, &name.to_lowercase());
    known.max_by(|(_, a), (_, b)| likeness(a).total_cmp(&likeness(b))).map(|(thing, _)| thing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    fn told<T: std::fmt::Debug>(result: Result<T, WrongMapping>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn usual_names_need_no_mapping_whatever_their_case() {
        let header = header("TICKET ID,Customer Email,customer name,Ticket Subject,Product Purchased,Age");
        let mut columns = Mapping::default().columns(&header).unwrap();
        columns.sort_by_key(|(_, column)| *column);
        let fields = [Field::Key, Field::Contact, Field::Customer, Field::Summary, Field::ProductVersion];
        assert_eq!(columns, fields.into_iter().zip(0..).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_mapped_by_hand_goes_before_the_usual() {
        let header = header("ID,No=1,Summary,Resolution,Body");
        let mapping = Mapping::parse(["no=1=key", "Summary = First-Response", "resolution=", "ID=type"]).unwrap();
        let columns = mapping.columns(&header).unwrap();
        let expected = [(Field::Key, 1), (Field::FirstResponse, 2), (Field::Type, 0), (Field::Description, 4)];
        assert_eq!(columns, expected);
    }

    #[test]
    fn a_wrong_mapping_is_told_with_what_is_nearest() {
        assert_eq!(told(Mapping::parse(["a"])), WrongMapping::Form("a".to_owned()).to_string());
        assert_eq!(told(Mapping::parse(["=key"])), WrongMapping::Form("=key".to_owned()).to_string());
        assert_eq!(told(Mapping::parse(["a=sumary"])), "there is no field `sumary`; did you mean `summary`?");
        assert_eq!(told(Mapping::parse(["a=key", "b=key"])), "`key` is mapped to both `a` and `b`");
        let mapping = Mapping::parse(["Tiket ID=key"]).unwrap();
        let header = header("Name,Ticket ID");
        assert_eq!(told(mapping.columns(&header)), "there is no column `Tiket ID`; did you mean `Ticket ID`?");
        let named = ["Name".to_owned()];
        let advice = "no column holds the keys: map the column that does, such as `Name=key`";
        assert_eq!(told(Mapping::default().columns(&named)), advice);
    }
}
