//! The tickets on which a step can be taken.

use super::ctx::Ctx;
use crate::store::{ListQuery, ListRow, Store, StoreError};
use crate::workflow::requirements::requirements;
use crate::workflow::scope::Scope;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::Kind;

/// The number of tickets that are looked at.
const LOOKED_AT: u64 = 200;

/// The tickets on which one of these steps is legal as they stand, the most urgent first; of no steps, all tickets.
pub(super) fn legal_tickets(
    store: &Store,
    ctx: &Ctx,
    steps: &[Step],
    kind: Option<Kind>,
) -> Result<Vec<ListRow>, StoreError> {
    let context = ctx.nobody().context();
    let mut legal = Vec::new();
    let query = ListQuery { kind, limit: Some(LOOKED_AT), ..ListQuery::default() };
    store.list(&query, ctx.now(), |row: ListRow| -> Result<(), StoreError> {
        let fits = steps.is_empty() || {
            let tickets = store.tickets(&Scope::of([row.id.clone()]))?;
            let is_legal = |step: &Step| requirements(&tickets, &row.key, *step, &context).illegal.is_empty();
            tickets
                .ticket(&row.id)
                .is_some_and(|ticket| steps.iter().any(|step| may_name(*step, ticket) && is_legal(step)))
        };
        if fits {
            legal.push(row);
        }
        Ok(())
    })?;
    Ok(legal)
}

/// A customer's key serves for its CUS ticket; offered is the CUS ticket.
fn may_name(step: Step, ticket: &Ticket) -> bool {
    step.kind().is_none_or(|kind| kind == ticket.kind())
}
