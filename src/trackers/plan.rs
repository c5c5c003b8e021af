//! How a file is read: which column holds which field, in which order its dates are, and what its words mean.

use std::collections::HashSet;

use super::dates::{Finding, Order, Zone};
use super::doubt::Doubt;
use super::field::{Field, Use};
use super::found::Direction;
use super::mapping::{Mapping, WrongMapping, nearest};
use super::meanings::Meanings;
use super::profile::{Profile, fold};
use super::survey::{Seen, Survey};
use crate::workflow::vocabulary::Word;

/// How a file is read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is known of its tracker.
    pub profile: &'static Profile,
    /// Its columns, by their numbers.
    pub columns: Vec<Column>,
    /// The zone of times that name none.
    pub zone: Zone,
    /// What its words mean.
    pub meanings: Meanings,
    /// How many times name no zone.
    pub zoneless: u64,
    /// Whether what is doubtful is taken as it is most likely meant.
    pub accepts_guesses: bool,
}

/// How a column is read.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub is: Use,
    /// The link that its keys are, where the column is one of links.
    pub(super) link: Option<(Direction, String)>,
    /// The order of day and month in it.
    pub order: Order,
    /// How that was found.
    pub finding: Finding,
    /// Whether somebody said the order.
    pub is_order_said: bool,
}

impl Plan {
    /// The plan for a file that was looked at as a whole.
    ///
    /// # Errors
    /// Where no column holds the keys, or one that was named does not exist.
    pub fn new(survey: &Survey, profile: &'static Profile, mapping: &Mapping) -> Result<Self, WrongMapping> {
        check_names(survey, mapping)?;
        let uses = uses(survey, profile);
        if survey.rows > 0 && !uses.contains(&Use::As(Field::Key)) {
            let like = survey.columns.iter().find(|seen| seen.looks_like_keys(survey.rows));
            return Err(WrongMapping::NoKey(like.map_or_else(|| "COLUMN".to_owned(), |seen| seen.name.clone())));
        }
        let columns: Vec<Column> =
            survey.columns.iter().zip(uses).map(|(seen, is)| column(seen, is, mapping)).collect();
        let timed = survey.columns.iter().zip(&columns).filter(|(_, column)| column.has_times());
        Ok(Self {
            profile,
            zone: mapping.zone.clone().unwrap_or_default(),
            meanings: Meanings::new(profile, mapping, &survey.people),
            zoneless: timed.map(|(seen, _)| seen.times.zoneless).sum(),
            accepts_guesses: mapping.accept_guesses,
            columns,
        })
    }

    /// What is doubtful about the columns themselves.
    pub fn doubts(&self, survey: &Survey) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        let is_created = |column: &Column| column.is == Use::As(Field::Created);
        if survey.rows > 0 && !self.columns.iter().any(is_created) {
            let free = survey.columns.iter().zip(&self.columns).filter(|(_, column)| column.is == Use::KEPT);
            let like = free.filter(|(seen, _)| seen.looks_like_times()).map(|(seen, _)| seen.name.clone());
            doubts.push(Doubt::NoCreated { like: like.collect() });
        }
        for column in self.columns.iter().filter(|column| column.has_times() && !column.is_order_said) {
            let name = column.name.clone();
            match &column.finding {
                Finding::Open(cells) => doubts.push(Doubt::Order { column: name, cells: cells.clone() }),
                Finding::Mixed(cells) => doubts.push(Doubt::Orders { column: name, cells: cells.clone() }),
                Finding::NotNeeded | Finding::Found(..) | Finding::Dotted => {}
            }
        }
        doubts
    }

    /// Whether a column of it becomes a field of a ticket.
    pub fn has_fields(&self) -> bool {
        self.columns.iter().any(|column| matches!(column.is, Use::As(_)))
    }
}

impl Column {
    /// Whether times stand in it.
    pub fn has_times(&self) -> bool {
        matches!(self.is, Use::As(field) if field.is_time() || matches!(field, Field::Comment | Field::Attachment))
    }
}

fn check_names(survey: &Survey, mapping: &Mapping) -> Result<(), WrongMapping> {
    let names = || survey.columns.iter().map(|seen| (seen.name.clone(), seen.name.as_str()));
    let is_missing = |column: &str| names().all(|(_, name)| fold(name) != fold(column));
    match mapping.columns.iter().find(|named| named.is_needed && is_missing(&named.column)) {
        Some(named) => {
            let nearest = nearest(&named.column, names()).unwrap_or_default();
            Err(WrongMapping::NoSuchColumn { name: named.column.clone(), nearest })
        }
        None => Ok(()),
    }
}

/// What each column holds: what somebody said, else the surest for each field.
fn uses(survey: &Survey, profile: &Profile) -> Vec<Use> {
    let said: HashSet<Field> = survey
        .columns
        .iter()
        .filter_map(|seen| match seen.named {
            Some(Use::As(field)) => Some(field),
            Some(Use::Otherwise(_)) | None => None,
        })
        .collect();
    let mut uses: Vec<Option<Use>> = survey.columns.iter().map(|seen| seen.named).collect();
    for field in Field::ALL.iter().filter(|field| !said.contains(field) || field.is_list()) {
        let mut usual: Vec<(usize, usize)> = survey
            .columns
            .iter()
            .enumerate()
            .filter(|(at, seen)| uses.get(*at).is_some_and(Option::is_none) && seen.may_hold(*field))
            .filter_map(|(at, seen)| Some((seen.usual?.1, at)))
            .collect();
        usual.sort_unstable();
        for (_, at) in usual.into_iter().take(if field.is_list() { usize::MAX } else { 1 }) {
            if let Some(free) = uses.get_mut(at) {
                *free = Some(Use::As(*field));
            }
        }
    }
    let by_form = |seen: &Seen| if profile.name == "jira" { by_form(seen) } else { None };
    let all = survey.columns.iter().zip(uses);
    all.map(|(seen, is)| is.or_else(|| by_form(seen)).unwrap_or(Use::KEPT)).collect()
}

/// What a column of Jira's CSV holds by the form of its cells, whatever the language of its name.
fn by_form(seen: &Seen) -> Option<Use> {
    let all = |count: u64| seen.filled > 0 && count == seen.filled;
    if link_of(&seen.name).is_some() && seen.keys == seen.filled {
        Some(Use::As(Field::Link))
    } else if all(seen.attachments) {
        Some(Use::As(Field::Attachment))
    } else if all(seen.comments) {
        Some(Use::As(Field::Comment))
    } else {
        None
    }
}

impl Seen {
    /// Whether it usually holds this field, and what stands in it does not speak against that.
    fn may_hold(&self, field: Field) -> bool {
        let is_time = self.times.others <= self.times.count;
        let is_sure = matches!(field, Field::Created | Field::Updated) || !field.is_time() || is_time;
        self.usual.is_some_and(|(usual, _)| usual == field) && is_sure
    }
}

fn column(seen: &Seen, is: Use, mapping: &Mapping) -> Column {
    let said = mapping.orders.get(&fold(&seen.name)).copied().or(mapping.order);
    let finding = seen.times.evidence.finding();
    let found = match &finding {
        Finding::Found(order, _) => *order,
        Finding::NotNeeded | Finding::Dotted | Finding::Open(_) | Finding::Mixed(_) => seen.times.evidence.likely(),
    };
    let is_link = is == Use::As(Field::Link);
    let link = || link_of(&seen.name).unwrap_or_else(|| (Direction::Outward, seen.name.clone()));
    Column {
        name: seen.name.clone(),
        is,
        link: is_link.then(link),
        order: said.unwrap_or(found),
        finding,
        is_order_said: said.is_some(),
    }
}

/// The link of a column such as `Outward issue link (Relates)`, in whatever language.
pub(super) fn link_of(name: &str) -> Option<(Direction, String)> {
    /// Parts of the words for a link, and for one that leads here.
    const LINKS: [&str; 21] = [
        "link",
        "enlace",
        "lien",
        "verknüpf",
        "vínculo",
        "vinculo",
        "collegament",
        "koppeling",
        "powiąza",
        "связ",
        "зв'яз",
        "odkaz",
        "länk",
        "lenke",
        "bağlantı",
        "kapcsol",
        "legătur",
        "リンク",
        "链接",
        "連結",
        "연결",
    ];
    const INWARD: [&str; 22] = [
        "inward",
        "eingehend",
        "interne",
        "entrant",
        "entrada",
        "interior",
        "hacia dentro",
        "in entrata",
        "intern",
        "inkom",
        "inwaarts",
        "przychodz",
        "wewn",
        "входящ",
        "внутр",
        "вхідн",
        "příchoz",
        "prichádz",
        "indgående",
        "innkommende",
        "内向",
        "内部",
    ];
    let (before, type_name) = name.strip_suffix(')')?.split_once('(')?;
    let before = before.trim().to_lowercase();
    LINKS.iter().any(|word| before.contains(word)).then(|| {
        let is_inward =
            INWARD.iter().any(|word| before.contains(word)) || before.contains("내부") || before.contains("gelen");
        (if is_inward { Direction::Inward } else { Direction::Outward }, type_name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::trackers::record::Raw;
    use crate::trackers::table::Table;

    fn plan(text: &str, mapping: &Mapping) -> Result<(Plan, Survey), WrongMapping> {
        let table = Table::open(text.as_bytes()).unwrap();
        let profile = Profile::jira_csv(table.columns().names()).unwrap_or(Profile::plain());
        let mut survey = Survey::new(profile, mapping);
        survey.meet(table.columns());
        let mut each = |columns: &_, raw: Raw<'_>| {
            if let Raw::Record(record) = raw {
                survey.look_at(columns, &record);
            }
            ControlFlow::Continue(())
        };
        table.read(&mut each).unwrap();
        Ok((Plan::new(&survey, profile, mapping)?, survey))
    }

    fn uses(text: &str, mapping: &[&str]) -> Vec<String> {
        let (plan, _) = plan(text, &Mapping::parse(mapping).unwrap()).unwrap();
        plan.columns.iter().map(|column| format!("{}={}", column.name, column.is.as_str())).collect()
    }

    fn doubts(text: &str) -> Vec<Doubt> {
        let (plan, survey) = plan(text, &Mapping::default()).unwrap();
        plan.doubts(&survey)
    }

    #[test]
    fn the_surest_column_holds_each_field_and_the_others_are_kept() {
        let text = "ID,TICKET ID,Customer Email,customer name,Age,Created\n1,2,a@x,Ada,7,2024-01-02\n";
        let expected = [
            "ID=kept",
            "TICKET ID=key",
            "Customer Email=contact",
            "customer name=customer",
            "Age=kept",
            "Created=created",
        ];
        assert_eq!(uses(text, &[]), expected);
    }

    #[test]
    fn what_is_mapped_by_hand_goes_before_the_usual() {
        let text = "ID,No=1,Summary,Resolution,Body\n1,2,3,4,5\n";
        let mapped = uses(text, &["no=1=key", "Summary = First-Response", "resolution=", "ID=type"]);
        assert_eq!(
            mapped,
            ["ID=type", "No=1=key", "Summary=first_response", "Resolution=left-out", "Body=description"]
        );
        assert_eq!(uses(text, &["Body=kept"])[4], "Body=kept");
    }

    #[test]
    fn a_duration_is_no_time_whatever_its_column_is_called() {
        let text = "id,created,Time to Resolution,First Response\n1,2024-01-02,12 hours,2024-01-02 10:00\n";
        assert_eq!(uses(text, &[])[2..], ["Time to Resolution=kept", "First Response=first_response"]);
    }

    #[test]
    fn a_mapping_that_does_not_fit_the_file_is_told() {
        let told = |text: &str, pairs: &[&str]| plan(text, &Mapping::parse(pairs).unwrap()).unwrap_err().to_string();
        let message = told("Name,Ticket ID\nx,1\n", &["Tiket ID=key"]);
        assert_eq!(message, "there is no column `Tiket ID`; did you mean `Ticket ID`?");
        let message = told("Name,Ref\nx,DEV-1\ny,DEV-2\n", &[]);
        assert_eq!(message, "no column holds the keys: map the column that does, such as `Ref=key`");
    }

    #[test]
    fn comments_attachments_and_links_of_jira_are_known_by_their_cells() {
        let text = "Resumen,Clave de incidencia,Anotación,Fichero,Enlace de incidencia entrante (Bloquea)\n\
                    a,SUP-1,18/jul/26 9:20 AM;ada;uno,18/jul/26 9:21 AM;ada;a.png;https://x.example/a.png,DEV-7\n";
        let expected = ["Anotación=comment", "Fichero=attachment", "Enlace de incidencia entrante (Bloquea)=link"];
        assert_eq!(uses(text, &[])[2..], expected);
    }

    #[test]
    fn a_missing_date_and_an_order_that_no_cell_decides_are_doubtful() {
        let like = vec!["Gemeldet".to_owned()];
        assert_eq!(doubts("id,Gemeldet\n1,2024-01-02\n"), [Doubt::NoCreated { like }]);
        let cells = vec![(1, "03/04/2024".to_owned())];
        assert_eq!(doubts("id,created\n1,03/04/2024\n"), [Doubt::Order { column: "created".to_owned(), cells }]);
        assert_eq!(doubts("id,created\n1,03/04/2024\n2,25/04/2024\n"), []);
        let (plan, survey) =
            plan("id,created\n1,03/04/2024\n", &Mapping { order: Some(Order::DayFirst), ..Mapping::default() })
                .unwrap();
        assert_eq!(plan.doubts(&survey), []);
    }

    #[test]
    fn the_direction_of_a_link_is_known_in_other_languages_too() {
        let cases = [
            ("Outward issue link (Relates)", Some((Direction::Outward, "Relates"))),
            ("Inward issue link (Gantt: start (late))", Some((Direction::Inward, "Gantt: start (late)"))),
            ("Ausgehende Vorgangsverknüpfung (Blocks)", Some((Direction::Outward, "Blocks"))),
            ("Custom field (Team)", None),
            ("Links", None),
        ];
        for (name, expected) in cases {
            assert_eq!(link_of(name), expected.map(|(direction, name)| (direction, name.to_owned())), "{name}");
        }
    }
}
