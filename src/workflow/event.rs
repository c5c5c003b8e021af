//! What happened: the event's envelope and every type of fact.
//!
//! A fact keeps its structured part apart from its free text (`texts`), because a text can be redacted (R27) while the
//! structured part is kept for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{DueTime, DutyKind};
use crate::workflow::step::Step;
use crate::workflow::tickets::stage::Stage;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{
    AnswerKind, Audience, Channel, ChecklistItem, Decision, Handler, Impact, Priority, Resolution, Role, Severity,
    Trigger, Via,
};

/// One entry of the record: who did what to which ticket, when, in which role (R27).
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The ticket it belongs to, by the key under which that was first recorded.
    pub stream: Key,
    /// When it happened.
    pub at: Time,
    /// Who did it.
    pub actor: String,
    /// In which role; `None` where no role of the actor is known (R28).
    pub role: Option<Role>,
    /// The ticket's stage before; `None` where this event begins the ticket.
    pub before: Option<Stage>,
    /// The ticket's stage after.
    pub after: Stage,
    /// The due times that this event fixes (R29).
    pub due: Vec<DueTime>,
    /// The step that caused it.
    pub step: Step,
    /// What happened.
    pub fact: Fact,
}

/// The structured part of a fact and its free texts.
pub trait Payload: Serialize + for<'de> Deserialize<'de> {
    /// The free texts; `()` where the fact has none.
    type Texts: Serialize + for<'de> Deserialize<'de>;

    /// The free texts, where the fact has any.
    fn texts(&self) -> Option<&Self::Texts>;

    /// Puts the free texts back beside the structured part.
    fn set_texts(&mut self, texts: Self::Texts);
}

macro_rules! facts {
    ($($(#[$doc:meta])* $fact:ident = $name:literal {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    } texts $texts:ident { $($(#[$text_doc:meta])* $text:ident: $text_type:ty,)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $fact {
                $($(#[$field_doc])* pub $field: $type,)*
                /// Its free texts.
                #[serde(skip)]
                pub texts: $texts,
            }

            #[doc = concat!("The free texts of [`", stringify!($fact), "`].")]
            #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
            #[serde(default)]
            pub struct $texts {
                $($(#[$text_doc])* pub $text: $text_type,)*
            }

            impl Payload for $fact {
                type Texts = $texts;

                fn texts(&self) -> Option<&$texts> {
                    (self.texts != $texts::default()).then_some(&self.texts)
                }

                fn set_texts(&mut self, texts: $texts) {
                    self.texts = texts;
                }
            }

            impl From<$fact> for Fact {
                fn from(fact: $fact) -> Self {
                    Self::$fact(fact)
                }
            }
        )+

        /// What happened to a ticket.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Fact {
            $($(#[$doc])* $fact($fact),)+
        }

        impl Fact {
            /// The name of every type of fact, as stored and as printed.
            pub const TYPES: &'static [&'static str] = &[$($name,)+];

            /// The name of this type of fact, as stored and as printed.
            pub fn type_name(&self) -> &'static str {
                match self { $(Self::$fact(_) => $name,)+ }
            }

            /// The structured part and the free texts, each as JSON.
            ///
            /// # Errors
            /// None that a fact can cause; JSON's own are passed on.
            pub fn encode(&self) -> serde_json::Result<(String, Option<String>)> {
                match self {
                    $(Self::$fact(fact) => Ok((
                        serde_json::to_string(fact)?,
                        fact.texts().map(serde_json::to_string).transpose()?,
                    )),)+
                }
            }

            /// The fact of this type with these parts.
            ///
            /// # Errors
            /// Where the type is unknown or a part is not what the type holds.
            pub fn decode(type_name: &str, data: &str, texts: Option<&str>) -> serde_json::Result<Self> {
                match type_name {
                    $($name => {
                        let mut fact: $fact = serde_json::from_str(data)?;
                        if let Some(texts) = texts {
                            fact.set_texts(serde_json::from_str(texts)?);
                        }
                        Ok(Self::$fact(fact))
                    })+
                    _ => Err(serde::de::Error::unknown_variant(type_name, Self::TYPES)),
                }
            }
        }
    };
}

/// That somebody is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Telling<'a> {
    /// Whom.
    pub to: Audience,
    /// The customer's ticket that it is about.
    pub csd: Option<&'a Key>,
    /// What that settles.
    pub settles: &'a [DutyKind],
}

impl Fact {
    /// Whom this fact tells: a notice that is told at once, or the delivery of a queued one.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other fact tells anybody")]
    pub fn told(&self) -> Option<Telling<'_>> {
        match self {
            Self::Notified(fact) if fact.via.is_at_once() => {
                Some(Telling { to: fact.to, csd: fact.csd.as_ref(), settles: &fact.settles })
            }
            Self::Delivered(fact) => Some(Telling { to: fact.to, csd: fact.csd.as_ref(), settles: &fact.settles }),
            _ => None,
        }
    }
}

facts! {
    /// Support recorded a customer's issue (R1, R2).
    Reported = "reported" {
        /// How it arrived.
        channel: Channel,
        /// The product version that the customer runs.
        product_version: Option<String>,
        /// Whether `cus` gave the key, so that the desk's own may replace it.
        key_given: bool,
    } texts ReportedTexts {
        /// Who reported it.
        customer: String,
        /// One line.
        summary: String,
        /// The whole story.
        description: Option<String>,
        /// Where the customer is reached.
        contact: Option<String>,
    }

    /// Support decided who handles it (R3, R4).
    Assessed = "assessed" {
        /// Who handles it.
        handled_by: Handler,
        /// The triggers that apply; empty where none does.
        triggers: Vec<Trigger>,
    } texts AssessedTexts {
        /// Why, or why a trigger was withdrawn (R5).
        note: Option<String>,
    }

    /// The customer's ticket was linked to a CUS ticket (R8, R11).
    Linked = "linked" {
        /// That ticket.
        cus: Key,
    } texts LinkedTexts {}

    /// The customer's ticket was taken from its CUS ticket (R11, R26).
    Unlinked = "unlinked" {
        /// That ticket.
        cus: Key,
    } texts UnlinkedTexts {
        /// Why.
        note: Option<String>,
    }

    /// The customer was told (R21).
    CustomerTold = "customer-told" {
        /// The ticket that records the notice.
        cus: Key,
        /// The notice's number on that ticket.
        notice: u32,
    } texts CustomerToldTexts {}

    /// It is over for the customer (R7, R23, R26).
    Resolved = "resolved" {
        /// The answer that decided it; `None` where it was resolved outside Engineering or by telling the customer.
        answer: Option<AnswerKind>,
    } texts ResolvedTexts {
        /// The resolution, or what the customer said.
        note: Option<String>,
    }

    /// It was not over after all (R25).
    Reopened = "reopened" {} texts ReopenedTexts {
        /// Why.
        note: Option<String>,
    }

    /// Support escalated to Engineering (R8).
    Escalated = "escalated" {
        /// The customers' tickets.
        csd: Vec<Key>,
        /// The priority level.
        priority: Priority,
    } texts EscalatedTexts {
        /// One line.
        summary: String,
        /// The reproduction steps.
        steps: String,
    }

    /// Support completed a returned ticket and escalated it again (R12).
    Completed = "completed" {
        /// The priority level, where it changed.
        priority: Option<Priority>,
    } texts CompletedTexts {
        /// One line, where it changed.
        summary: Option<String>,
        /// The reproduction steps, where they changed.
        steps: Option<String>,
        /// Why an item cannot be supplied.
        note: Option<String>,
    }

    /// A customer's ticket joined (R11).
    Joined = "joined" {
        /// That ticket.
        csd: Key,
        /// The priority that the newcomer raised it to.
        priority: Option<Priority>,
    } texts JoinedTexts {
        /// The reproduction steps, where the newcomer brought better ones.
        steps: Option<String>,
    }

    /// A customer's ticket left (R11, R26).
    Left = "left" {
        /// That ticket.
        csd: Key,
    } texts LeftTexts {}

    /// Something of a returned checklist was supplied on a customer's ticket (R12).
    Supplied = "supplied" {
        /// What was supplied.
        items: Vec<ChecklistItem>,
    } texts SuppliedTexts {}

    /// Engineering returned it to Support (R12).
    Returned = "returned" {
        /// What was not good enough.
        missing: Vec<ChecklistItem>,
    } texts ReturnedTexts {
        /// Why.
        note: String,
    }

    /// Engineering assessed it (R13).
    EngAssessed = "eng-assessed" {
        /// When the issue started; `None` is the answer "unknown".
        started: Option<Time>,
        /// How badly the application is hit.
        severity: Severity,
        /// How many customers are hit.
        impact: Impact,
        /// How many, where a number is known.
        customers_affected: Option<u64>,
    } texts EngAssessedTexts {
        /// The cause.
        cause: String,
        /// The ticket that caused it, or `unknown`.
        caused_by: String,
        /// The workaround, or `none`, or `unknown`.
        workaround: String,
    }

    /// Engineering decided about the release, or revised the decision (R16, R20).
    ReleaseDecided = "release-decided" {
        /// Which of the three.
        decision: Decision,
        /// The version that brings the fix.
        fix_version: Option<String>,
        /// The day for which it is promised.
        target_date: Option<chrono::NaiveDate>,
    } texts ReleaseDecidedTexts {
        /// The resolution, written for customers.
        resolution: Option<String>,
        /// Why.
        note: Option<String>,
    }

    /// The fix is available (R30).
    Shipped = "shipped" {
        /// The version that brought it.
        fix_version: String,
    } texts ShippedTexts {
        /// Remarks.
        note: Option<String>,
    }

    /// A notice was drafted (R14, R17, R18, R21, R23): told at once, or queued until it is delivered.
    Notified = "notified" {
        /// The notice's number on this ticket.
        notice: u32,
        /// Whom it addresses.
        to: Audience,
        /// The customer's ticket that it is about, for Support and customers.
        csd: Option<Key>,
        /// How it reaches them.
        via: Via,
        /// The revision of the facts that it was drafted from.
        facts: u32,
        /// What it settles; empty for an interim message.
        settles: Vec<DutyKind>,
        /// Its message id, without angle brackets; the same however often it is sent.
        message_id: String,
    } texts NotifiedTexts {
        /// The message, word for word.
        message: String,
        /// The subject, where the way has one.
        subject: Option<String>,
    }

    /// A queued notice was delivered, so that its audience is told.
    Delivered = "delivered" {
        /// The notice's number on this ticket.
        notice: u32,
        /// Whom it addressed.
        to: Audience,
        /// The customer's ticket that it was about.
        csd: Option<Key>,
        /// What it settles; empty for an interim message, and for one that came too late.
        settles: Vec<DutyKind>,
    } texts DeliveredTexts {
        /// What the channel gave as proof.
        receipt: String,
    }

    /// A queued notice was withdrawn: what it tells is not so any more, or is not owed any more (R29).
    NoticeWithdrawn = "notice-withdrawn" {
        /// The notice's number on this ticket.
        notice: u32,
    } texts NoticeWithdrawnTexts {}

    /// It moved to Postmortem (R19).
    MovedToPostmortem = "moved-to-postmortem" {} texts MovedToPostmortemTexts {
        /// What lay at the bottom of it.
        root_cause: Option<String>,
        /// What to do better.
        lessons: Option<String>,
        /// Remarks.
        note: Option<String>,
    }

    /// Support recorded what a customer says (R23).
    Answered = "answered" {
        /// The customer's ticket.
        csd: Key,
        /// What the customer says.
        answer: AnswerKind,
    } texts AnsweredTexts {
        /// The customer's words, or what was tried to reach them.
        note: Option<String>,
    }

    /// Further upgrades are held (R10).
    HoldSet = "hold-set" {
        /// The product version held; `None` holds all.
        version: Option<String>,
    } texts HoldSetTexts {
        /// Why.
        note: Option<String>,
    }

    /// Upgrades are free again (R10).
    HoldLifted = "hold-lifted" {} texts HoldLiftedTexts {
        /// Why.
        note: Option<String>,
    }

    /// It is over (R24, R26).
    Closed = "closed" {
        /// How it ended.
        resolution: Resolution,
        /// The original, for a duplicate.
        of: Option<Key>,
    } texts ClosedTexts {
        /// Why.
        note: Option<String>,
    }

    /// Somebody remarked something, for colleagues only.
    Commented = "commented" {} texts CommentedTexts {
        /// The remark.
        text: String,
    }

    /// A file was attached.
    Attached = "attached" {
        /// Bytes.
        size: u64,
        /// The content's SHA-256, in hexadecimal.
        sha256: String,
    } texts AttachedTexts {
        /// The file's name, without folders.
        name: String,
    }

    /// A field was changed in another tracker, before the ticket was imported (R32).
    ChangedElsewhere = "changed-elsewhere" {
        /// The field, by the tracker's name.
        field: String,
    } texts ChangedElsewhereTexts {
        /// What it held.
        from: Option<String>,
        /// What it held from then on.
        to: Option<String>,
    }

    /// It was over for a customer in another tracker, so that nobody is owed the word of it (R32).
    SettledElsewhere = "settled-elsewhere" {
        /// The customer's ticket.
        csd: Key,
    } texts SettledElsewhereTexts {}

    /// It was imported from another tracker, or what is new of it there (R32).
    Imported = "imported" {
        /// The tracker.
        tracker: String,
        /// The key that it has there.
        key: Key,
    } texts ImportedTexts {
        /// What the process has no place for, by the names that it has there.
        rest: BTreeMap<String, String>,
    }

    /// A text that must not be kept was removed from an earlier event of the ticket (R27).
    Redacted = "redacted" {
        /// That event, by its place in the order of everything.
        event: i64,
        /// The hash of what remains of its texts, in hexadecimal.
        remains: String,
    } texts RedactedTexts {
        /// Why.
        note: String,
    }

    /// Something recorded was corrected (R27).
    Edited = "edited" {
        /// The new priority.
        priority: Option<Priority>,
        /// The desk's own key, which replaces the one that `cus` gave (R2).
        key: Option<Key>,
        /// The new channel.
        channel: Option<Channel>,
        /// The new product version.
        product_version: Option<String>,
    } texts EditedTexts {
        /// The new summary.
        summary: Option<String>,
        /// The new description.
        description: Option<String>,
        /// The new customer.
        customer: Option<String>,
        /// The new contact.
        contact: Option<String>,
        /// The new reproduction steps.
        steps: Option<String>,
        /// Why.
        note: Option<String>,
    }
}
