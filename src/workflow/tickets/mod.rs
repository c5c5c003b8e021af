//! The tickets that a command is about, folded from their events.

pub mod announced;
mod apply;
pub mod csd;
pub mod cus;
pub mod history;
pub mod postmortem;
pub mod stage;

use crate::workflow::attachment::Attachment;
use crate::workflow::event::{Event, Fact};
use crate::workflow::foreign::Origin;
use crate::workflow::key::Key;
use crate::workflow::names::is_same_version;
use crate::workflow::obligations::duty::{DueTime, Duty};
use crate::workflow::spellings::Spellings;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::{Cus, Notice};
use crate::workflow::tickets::stage::{CsdStage, CusStage, Stage};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::Kind;

/// The tickets that a command names, with their CUS tickets and links, and the next free keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tickets {
    /// The tickets, in the order in which they were loaded.
    pub all: Vec<Ticket>,
    /// The keys that the next new tickets get.
    pub free: FreeKeys,
    /// How names are spelt that other tickets have (R1).
    pub spellings: Spellings,
    /// The tickets that were begun by commands that were undone (R35).
    pub gone: Vec<Gone>,
    /// The command that can be undone, where that is wanted.
    pub past: Option<Box<Past>>,
}

/// A ticket whose beginning was undone: its key stays used.
#[derive(Debug, Clone, PartialEq)]
pub struct Gone {
    /// The key under which it was recorded.
    pub id: Key,
    /// The number of its events.
    pub revision: u64,
    /// Its last stage.
    pub stage: Stage,
}

/// A command with what followed it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// The command: the id of its first event.
    pub command: i64,
    /// Its events.
    pub events: Vec<Event>,
    /// The later events of the tickets that it touched, the newest of each ticket first.
    pub later: Vec<Event>,
    /// The tickets that it touched, as they are without it.
    pub without: Tickets,
    /// Whether it changed what is no ticket's: the policy or a customer's record.
    pub is_of_database: bool,
}

/// The product versions that a bug affects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AffectedVersions {
    /// The versions, as they are spelt.
    pub versions: Vec<String>,
    /// Whether all versions are held.
    pub all: bool,
}

impl AffectedVersions {
    /// Whether this version is one of them, as R1 compares versions.
    pub fn has(&self, version: &str) -> bool {
        self.all || self.versions.iter().any(|other| is_same_version(other, version))
    }
}

/// The numbers that `cus` gives next; the store passes over numbers in use (R2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeKeys {
    /// The next number of a CSD ticket.
    pub csd: u64,
    /// The next number of a CUS ticket.
    pub cus: u64,
}

/// A ticket of either kind.
#[expect(clippy::large_enum_variant, reason = "a case holds few tickets")]
#[derive(Debug, Clone, PartialEq)]
pub enum Ticket {
    /// A CSD ticket.
    Csd(Csd),
    /// A CUS ticket.
    Cus(Cus),
}

impl Ticket {
    /// Returns the key under which it was first recorded.
    pub fn id(&self) -> &Key {
        match self {
            Self::Csd(csd) => &csd.id,
            Self::Cus(cus) => &cus.key,
        }
    }

    /// The key that it goes by.
    pub fn key(&self) -> &Key {
        match self {
            Self::Csd(csd) => &csd.key,
            Self::Cus(cus) => cus.tracker_key.as_ref().unwrap_or(&cus.key),
        }
    }

    /// Returns its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Csd(_) => Kind::Csd,
            Self::Cus(_) => Kind::Cus,
        }
    }

    /// Returns its summary.
    pub fn summary(&self) -> &str {
        match self {
            Self::Csd(csd) => &csd.summary,
            Self::Cus(cus) => &cus.summary,
        }
    }

    /// The stage.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Csd(csd) => Stage::Csd(csd.stage),
            Self::Cus(cus) => Stage::Cus(cus.stage),
        }
    }

    /// The number of its events.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Csd(csd) => csd.revision,
            Self::Cus(cus) => cus.revision,
        }
    }

    /// The edition of the rules by which its last event was decided.
    pub(crate) fn edition(&self) -> u32 {
        match self {
            Self::Csd(csd) => csd.edition,
            Self::Cus(cus) => cus.edition,
        }
    }

    /// Returns the person who brought it to its stage, and the time.
    pub fn brought_there(&self) -> (&str, Time) {
        match self {
            Self::Csd(csd) => (&csd.stage_by, csd.stage_since),
            Self::Cus(cus) => (&cus.stage_by, cus.stage_since),
        }
    }

    /// The person who changed it last.
    pub fn updated_by(&self) -> &str {
        match self {
            Self::Csd(csd) => &csd.updated_by,
            Self::Cus(cus) => &cus.updated_by,
        }
    }

    /// The time of its last change.
    pub fn updated(&self) -> Time {
        match self {
            Self::Csd(csd) => csd.updated,
            Self::Cus(cus) => cus.updated,
        }
    }

    /// Returns how many times it went between roles: returned, reopened, or given to another handler.
    pub fn bounces(&self) -> u32 {
        match self {
            Self::Csd(csd) => csd.rounds.saturating_sub(1),
            Self::Cus(cus) => cus.arrivals.saturating_sub(1) + u32::from(cus.stage == CusStage::Returned),
        }
    }

    /// Returns where it was imported from.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Csd(csd) => csd.origin.as_ref(),
            Self::Cus(cus) => cus.origin.as_ref(),
        }
    }

    /// Returns the person who has it (R37).
    pub fn assignee(&self) -> Option<&str> {
        match self {
            Self::Csd(csd) => csd.assignee.as_deref(),
            Self::Cus(cus) => cus.assignee.as_deref(),
        }
    }

    /// The attached files.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::Csd(csd) => &csd.attachments,
            Self::Cus(cus) => &cus.attachments,
        }
    }

    /// The notices that it records, oldest first.
    pub fn notices(&self) -> &[Notice] {
        match self {
            Self::Csd(Csd { notices, .. }) | Self::Cus(Cus { notices, .. }) => notices,
        }
    }

    /// Returns the notice of its own with this number.
    pub fn notice(&self, number: u32) -> Option<&Notice> {
        self.notices().iter().find(|notice| notice.number == number)
    }

    /// What the rules demand of it.
    pub(crate) fn demands(&self) -> Vec<Duty> {
        match self {
            Self::Csd(csd) => csd.demands(),
            Self::Cus(cus) => cus.demands(),
        }
    }

    /// The due times that its events fixed, of what is owed and of what ended without being done.
    pub(crate) fn due(&self) -> &[DueTime] {
        match self {
            Self::Csd(Csd { due, .. }) | Self::Cus(Cus { due, .. }) => due,
        }
    }

    fn apply(&mut self, event: &Event) {
        match self {
            Self::Csd(csd) => csd.apply(event),
            Self::Cus(cus) => cus.apply(event),
        }
        let is_settled = |due: &DueTime| due.duty.kind.is_settled_by(&event.fact);
        if self.due().iter().any(is_settled) {
            let demanded = self.demands();
            let (Self::Csd(Csd { due, .. }) | Self::Cus(Cus { due, .. })) = self;
            due.retain(|due| !is_settled(due) || demanded.contains(&due.duty));
        }
    }

    /// Counts an event that was undone.
    fn pass_over(&mut self, event: &Event) {
        let (Self::Csd(Csd { revision, last_notice, .. }) | Self::Cus(Cus { revision, last_notice, .. })) = self;
        *revision += 1;
        #[expect(clippy::wildcard_enum_match_arm, reason = "no other fact has a number among the notices that is new")]
        let number = match &event.fact {
            Fact::Notified(fact) => fact.notice,
            Fact::Announced(fact) => fact.notice,
            _ => 0,
        };
        *last_notice = number.max(*last_notice);
    }

    /// The number of the last notice that it ever had.
    pub(crate) fn last_notice(&self) -> u32 {
        match self {
            Self::Csd(Csd { last_notice, .. }) | Self::Cus(Cus { last_notice, .. }) => *last_notice,
        }
    }

    /// Hands on how its names are spelt.
    pub(crate) fn spell_names(&self, spellings: &mut Spellings) {
        match self {
            Self::Csd(csd) => {
                spellings.know_customer(&csd.customer);
                csd.product_version.iter().for_each(|version| spellings.know_version(version));
            }
            Self::Cus(cus) => {
                let decided = cus.release.as_ref().and_then(|release| release.fix_version.as_ref());
                let held = cus.holds.iter().filter_map(|hold| hold.version.as_ref());
                decided.into_iter().chain(held).for_each(|version| spellings.know_version(version));
            }
        }
    }

    fn answers_to(&self, key: &Key) -> bool {
        match self {
            Self::Csd(csd) => csd.id == *key || csd.key == *key || csd.aliases.contains(key),
            Self::Cus(cus) => cus.key == *key || cus.tracker_key.as_ref() == Some(key),
        }
    }
}

impl Tickets {
    /// Finds the ticket that goes, or went, by this key.
    pub fn ticket(&self, key: &Key) -> Option<&Ticket> {
        let elsewhere = || {
            let is_its = |ticket: &&Ticket| ticket.origin().is_some_and(|origin| origin.answers_to(key));
            if key.is_elsewhere() { self.all.iter().find(is_its) } else { None }
        };
        self.all.iter().find(|ticket| ticket.answers_to(key)).or_else(elsewhere)
    }

    pub(crate) fn ticket_mut(&mut self, key: &Key) -> Option<&mut Ticket> {
        self.all.iter_mut().find(|ticket| ticket.answers_to(key))
    }

    /// Finds the CSD ticket with this key.
    pub fn csd(&self, key: &Key) -> Option<&Csd> {
        match self.ticket(key)? {
            Ticket::Csd(csd) => Some(csd),
            Ticket::Cus(_) => None,
        }
    }

    /// Finds the CUS ticket with this key.
    pub fn cus(&self, key: &Key) -> Option<&Cus> {
        match self.ticket(key)? {
            Ticket::Cus(cus) => Some(cus),
            Ticket::Csd(_) => None,
        }
    }

    /// Finds the CUS ticket with this key, or the one to which the CSD ticket with this key is linked.
    pub fn cus_for(&self, key: &Key) -> Option<&Cus> {
        match self.ticket(key)? {
            Ticket::Cus(cus) => Some(cus),
            Ticket::Csd(csd) => self.cus(csd.cus.as_ref()?),
        }
    }

    /// Returns the key that a ticket goes by now.
    pub fn current_key(&self, id: &Key) -> Key {
        self.ticket(id).map_or_else(|| id.clone(), |ticket| ticket.key().clone())
    }

    /// Returns the CSD tickets linked to a CUS ticket, in the order of its links.
    pub fn linked<'a>(&'a self, cus: &'a Cus) -> impl Iterator<Item = &'a Csd> {
        cus.links.iter().filter_map(|link| self.csd(&link.csd))
    }

    /// Returns the product versions that a CUS ticket affects (R39): those that its CSD tickets name, and those that it holds.
    pub fn affected_versions(&self, cus: &Cus) -> AffectedVersions {
        let mut affected = AffectedVersions::default();
        let named = self.linked(cus).filter_map(|csd| csd.product_version.as_ref());
        for version in named.chain(cus.holds.iter().filter_map(|hold| hold.version.as_ref())) {
            if !affected.versions.iter().any(|other| is_same_version(other, version)) {
                affected.versions.push(version.clone());
            }
        }
        affected.all = cus.holds.iter().any(|hold| hold.version.is_none());
        affected
    }

    /// Returns the time of the newest event of these tickets.
    pub fn last_event(&self) -> Option<Time> {
        self.all.iter().map(Ticket::updated).max()
    }

    /// Returns how names are spelt that these tickets or others have.
    pub(crate) fn known_spellings(&self) -> Spellings {
        let mut known = self.spellings.clone();
        self.all.iter().for_each(|ticket| ticket.spell_names(&mut known));
        known
    }

    /// Whether a ticket goes, or went, by this key, or did before its beginning was undone.
    pub(crate) fn is_used(&self, key: &Key) -> bool {
        self.ticket(key).is_some() || self.gone(key).is_some()
    }

    /// Finds the ticket that was recorded under this key, and whose beginning was undone.
    pub fn gone(&self, key: &Key) -> Option<&Gone> {
        self.gone.iter().find(|gone| gone.id == *key)
    }

    /// Counts an event whose command was undone: its number, and those that it gave, stay used.
    pub(crate) fn pass_over(&mut self, event: &Event) {
        match self.ticket_mut(&event.stream) {
            Some(ticket) => ticket.pass_over(event),
            None => {
                let is_given = Csd::begun_by(event).is_some_and(|csd| csd.key_given) || Cus::begun_by(event).is_some();
                if is_given {
                    self.give(&event.stream);
                }
                self.count_gone(event);
            }
        }
    }

    /// Counts an event of a ticket that is no more.
    fn count_gone(&mut self, event: &Event) {
        match self.gone.iter_mut().find(|gone| gone.id == event.stream) {
            Some(gone) => (gone.revision, gone.stage) = (gone.revision + 1, event.after),
            None => self.gone.push(Gone { id: event.stream.clone(), revision: 1, stage: event.after }),
        }
    }

    /// Moves the numbers that `cus` gives next past that of a key.
    fn give(&mut self, key: &Key) {
        let next = if key.is_cus() { &mut self.free.cus } else { &mut self.free.csd };
        *next = key.number().map_or(*next, |number| (*next).max(number.saturating_add(1)));
    }

    /// Applies an event. No rule is checked: what was recorded has happened.
    pub fn apply(&mut self, event: &Event) {
        match self.ticket_mut(&event.stream) {
            Some(ticket) => ticket.apply(event),
            None => self.begin(event),
        }
    }

    /// Applies the first event of a ticket, or one of a ticket that is no more. A ticket can begin again where its
    /// beginning was undone.
    fn begin(&mut self, event: &Event) {
        let before = self.gone(&event.stream).map_or(0, |gone| gone.revision);
        let begun = if let Some(csd) = Csd::begun_by(event) {
            if csd.key_given {
                self.give(&event.stream);
            }
            Some(Ticket::Csd(Csd { revision: before + 1, ..csd }))
        } else {
            let cus = Cus::begun_by(event);
            cus.inspect(|_| self.give(&event.stream)).map(|cus| Ticket::Cus(Cus { revision: before + 1, ..cus }))
        };
        match begun {
            Some(ticket) => {
                self.gone.retain(|gone| gone.id != event.stream);
                self.all.push(ticket);
            }
            None if before > 0 => self.count_gone(event),
            None => {}
        }
    }
}

impl Default for FreeKeys {
    fn default() -> Self {
        Self { csd: 1, cus: 1 }
    }
}

impl From<CsdStage> for Stage {
    fn from(stage: CsdStage) -> Self {
        Self::Csd(stage)
    }
}

impl From<CusStage> for Stage {
    fn from(stage: CusStage) -> Self {
        Self::Cus(stage)
    }
}

#[cfg(test)]
mod tests {
    use super::Ticket;
    use crate::workflow::command::{Assess, Complete, Edit};
    use crate::workflow::tests::given::{
        assess, assessed, complete, edit, escalated, join, reopen, report, reported, resolve, send_back, shipped,
        two_escalated, unlink,
    };
    use crate::workflow::tests::kit::{World, hour, key};
    use crate::workflow::vocabulary::{ChecklistItem, Handler, Priority};

    fn ticket<'a>(world: &'a World, ticket: &str) -> &'a Ticket {
        world.tickets.ticket(&key(ticket)).unwrap()
    }

    #[test]
    fn a_ticket_counts_its_events_and_knows_since_when_and_by_whom_it_stands_where_it_does() {
        let mut world = reported().at(2).given(assess("CSD-1"));
        world.context.actor = "eli".to_owned();
        let world = world.at(5).given(Edit { summary: Some("Rates are odd".to_owned()), ..edit("CSD-1") });
        let csd = ticket(&world, "CSD-1");
        assert_eq!((csd.revision(), csd.updated(), csd.updated_by()), (3, hour(5), "eli"));
        assert_eq!(csd.brought_there().1, hour(2));
        assert_ne!(csd.brought_there().0, "eli");
        assert_eq!(csd.summary(), "Rates are odd");
        let cus = escalated(Priority::Low).at(7).given(send_back(&[ChecklistItem::Steps]));
        let cus = ticket(&cus, "CUS-1");
        assert_eq!((cus.revision(), cus.brought_there().1), (2, hour(7)));
        assert!(!cus.summary().is_empty() && !cus.updated_by().is_empty());
    }

    #[test]
    fn a_ticket_counts_how_often_it_went_back_and_forth() {
        let bounces = |world: &World, key: &str| ticket(world, key).bounces();
        let world = assessed();
        assert_eq!(bounces(&world, "CSD-1"), 0);
        let world = world.given(Assess { handled_by: Handler::Product, ..assess("CSD-1") }).given(assess("CSD-1"));
        assert_eq!(bounces(&world, "CSD-1"), 2);
        let outside = reported().given(Assess { handled_by: Handler::Support, ..assess("CSD-1") });
        assert_eq!(bounces(&outside.given(resolve("CSD-1")).given(reopen("CSD-1")), "CSD-1"), 1);
        assert_eq!(bounces(&two_escalated(Priority::Low).given(unlink("CSD-2")), "CSD-2"), 1);
        let world = escalated(Priority::Low);
        assert_eq!(bounces(&world, "CUS-1"), 0);
        let world = world.given(send_back(&[ChecklistItem::Steps]));
        assert_eq!(bounces(&world, "CUS-1"), 1);
        let world = world.given(Complete { steps: Some("Rate it twice.".to_owned()), ..complete() });
        assert_eq!(bounces(&world, "CUS-1"), 1);
        let world = world.given(send_back(&[ChecklistItem::Steps]));
        assert_eq!(bounces(&world, "CUS-1"), 2);
        assert_eq!(bounces(&shipped(Priority::Low).given(reopen("CUS-1")), "CUS-1"), 1);
    }

    #[test]
    fn the_linked_tickets_of_an_escalation_come_in_the_order_in_which_they_came() {
        let world = two_escalated(Priority::Low).given(report("Birch")).given(assess("CSD-3")).given(join("CSD-3"));
        let keys: Vec<&str> = world.tickets.linked(world.cus("CUS-1")).map(|csd| csd.key.as_str()).collect();
        assert_eq!(keys, ["CSD-1", "CSD-2", "CSD-3"]);
    }
}
