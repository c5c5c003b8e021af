//! Another name for the customer of tickets, whatever they were told (R39).

use super::decision::DecisionContext;
use crate::workflow::command::Rename;
use crate::workflow::event::{Edited, EditedTexts};
use crate::workflow::refusal::Refusal;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Rename) -> Result<(), Refusal> {
    for key in &command.keys {
        let Some(id) = cx.tickets.csd(key).map(|csd| csd.id.clone()) else { continue };
        cx.record(
            &id,
            Edited {
                priority: None,
                key: None,
                channel: None,
                product_version: None,
                texts: EditedTexts {
                    customer: Some(command.customer.clone()),
                    note: Some(command.note.clone()).filter(|note| !note.is_empty()),
                    ..EditedTexts::default()
                },
            },
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Edit, Rename};
    use crate::workflow::refusal::Failure;
    use crate::workflow::tests::given::{closed, edit, reported};
    use crate::workflow::tests::kit::key;
    use crate::workflow::vocabulary::Priority;

    #[test]
    fn who_was_told_anything_gets_another_name_only_by_the_customers_record() {
        let other = || Edit { customer: Some("Alder Ltd".to_owned()), ..edit("CSD-1") };
        let told = closed(Priority::Low);
        assert_eq!(told.refused(other()), [Failure::CustomerTold { csd: key("CSD-1"), customer: "Alder".to_owned() }]);
        let rename = Rename { keys: vec![key("CSD-1")], customer: "Alder Ltd".to_owned(), note: "So".to_owned() };
        assert_eq!(told.given(rename).csd("CSD-1").customer, "Alder Ltd");
        assert_eq!(reported().given(other()).csd("CSD-1").customer, "Alder Ltd");
    }
}
