//! A ticket as a form to be edited: TOML, with the whole ticket below it to look at.

use serde::{Deserialize, Serialize};

use super::arguments::EditArgs;
use crate::cli::error::UsageError;
use crate::cli::input::Text;
use crate::workflow::key::Key;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::{Channel, Priority, Word};

/// The fields of a ticket of either kind that can be corrected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Fields {
    csd: Option<Key>,
    summary: Option<String>,
    customer: Option<String>,
    contact: Option<String>,
    channel: Option<Channel>,
    product_version: Option<String>,
    description: Option<String>,
    priority: Option<Priority>,
    steps: Option<String>,
    note: Option<String>,
}

impl Fields {
    /// The fields as they stand; those without a value are empty, so that one can be given.
    fn of(ticket: &Ticket) -> Self {
        let given = |text: &Option<String>| Some(text.clone().unwrap_or_default());
        let note = Some(String::new());
        match ticket {
            Ticket::Csd(csd) => Self {
                csd: Some(csd.key.clone()),
                summary: Some(csd.summary.clone()),
                customer: Some(csd.customer.clone()),
                contact: given(&csd.contact),
                channel: Some(csd.channel),
                product_version: given(&csd.product_version),
                description: given(&csd.description),
                note,
                ..Self::default()
            },
            Ticket::Cus(cus) => Self {
                summary: Some(cus.summary.clone()),
                priority: Some(cus.priority),
                steps: Some(cus.steps.clone()),
                note,
                ..Self::default()
            },
        }
    }
}

/// The form of a ticket; `page` is what is shown below it.
pub(super) fn write(ticket: &Ticket, page: &str) -> anyhow::Result<String> {
    let words = match ticket {
        Ticket::Csd(_) => {
            format!("channel is one of {}; another csd than the desk's own needs a note", all::<Channel>())
        }
        Ticket::Cus(_) => format!("priority is one of {}; lowering it needs a note", all::<Priority>()),
    };
    let fields = toml::to_string_pretty(&Fields::of(ticket))?;
    let page: String = page.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect();
    Ok(format!(
        "# Change what is wrong, save, and leave the editor. The note says why.\n# {words}\n\n{fields}\n# {}\n{page}",
        "-".repeat(60)
    ))
}

fn all<T: Word>() -> String {
    T::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ")
}

/// Reads the changes in the form.
pub(super) fn read(typed: &str, ticket: &Ticket) -> Result<EditArgs, UsageError> {
    let fields: Fields =
        toml::from_str(typed).map_err(|error| UsageError::new(format!("the form: {}", error.to_string().trim())))?;
    let old = Fields::of(ticket);
    let text = |name: &str, new: Option<String>, old: &Option<String>| match new {
        Some(new) if Some(&new) == old.as_ref() => Ok(None),
        Some(new) if new.trim().is_empty() => Err(UsageError::new(format!("the form: {name} cannot be emptied"))),
        new => Ok(new),
    };
    let long =
        |name: &str, new: Option<String>, old: &Option<String>| text(name, new, old).map(|text| text.map(Text::Itself));
    Ok(EditArgs {
        key: Vec::new(),
        summary: text("summary", fields.summary, &old.summary)?,
        priority: fields.priority.filter(|new| Some(*new) != old.priority),
        steps: long("steps", fields.steps, &old.steps)?,
        description: long("description", fields.description, &old.description)?,
        customer: text("customer", fields.customer, &old.customer)?,
        contact: text("contact", fields.contact, &old.contact)?,
        channel: fields.channel.filter(|new| Some(*new) != old.channel),
        product_version: text("product_version", fields.product_version, &old.product_version)?,
        csd: fields.csd.filter(|new| Some(new) != old.csd.as_ref()),
        note: fields.note.filter(|note| !note.trim().is_empty()).map(Text::Itself),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::tests::given::report;
    use crate::workflow::tests::kit::World;

    fn csd() -> Ticket {
        let report = crate::workflow::command::Report {
            description: Some("One \"quoted\" line\nand another # with\ttabs".to_owned()),
            ..report("Alder")
        };
        Ticket::Csd(World::new().given(report).csd("CSD-1").clone())
    }

    #[test]
    fn a_form_that_is_left_as_it_is_changes_nothing() {
        let form = write(&csd(), "the page\n\nwith = \"toml\"").unwrap();
        assert!(read(&form, &csd()).unwrap().is_bare(), "{form}");
    }

    #[test]
    fn what_is_changed_is_read_and_nothing_else() {
        let form =
            write(&csd(), "").unwrap().replace("Rates are wrong", "Rates are zero").replace("phone\"", "email\"");
        let changed = read(&form, &csd()).unwrap();
        assert_eq!((changed.summary.as_deref(), changed.channel), (Some("Rates are zero"), Some(Channel::Email)));
        assert!(changed.description.is_none() && changed.customer.is_none());
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let told = |form: &str| read(form, &csd()).unwrap_err().to_string();
        assert!(told("summary = ").contains("the form"));
        assert!(told("sumary = \"x\"").contains("sumary"));
        assert!(told("channel = \"pigeon\"").contains("pigeon"));
        assert_eq!(told("customer = \" \""), "the form: customer cannot be emptied");
    }
}
