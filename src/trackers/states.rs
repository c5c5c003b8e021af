//! What a tracker's words mean in the process.

use crate::workflow::vocabulary::{Channel, Priority, Resolution};

/// Whether nobody has anything left to do about an issue.
///
/// The status's category is the tracker's own answer. Without one a well-known status tells, and at last whether there is
/// a resolution: a reopened issue may still carry its old one.
pub fn is_done(status: &str, status_category: Option<&str>, resolution: Option<&str>) -> bool {
    match status_category.map(plain).as_deref() {
        Some("done" | "complete" | "completed") => return true,
        Some("new" | "to do" | "todo" | "indeterminate" | "in progress") => return false,
        Some(_) | None => {}
    }
    match plain(status).as_str() {
        "closed" | "resolved" | "done" | "complete" | "completed" | "finished" | "fixed" | "verified" | "released"
        | "solved" | "cancelled" | "canceled" | "rejected" | "declined" | "withdrawn" => true,
        "open" | "reopened" | "re-opened" | "new" | "to do" | "todo" | "backlog" | "in progress" | "in review"
        | "pending" | "on hold" | "blocked" => false,
        _ => resolution.is_some_and(|name| !matches!(plain(name).as_str(), "" | "unresolved" | "none")),
    }
}

/// Whether somebody has taken an open issue in hand.
pub fn is_begun(status: &str, status_category: Option<&str>) -> bool {
    match status_category.map(plain).as_deref() {
        Some("indeterminate" | "in progress") => return true,
        Some("new" | "to do" | "todo") => return false,
        Some(_) | None => {}
    }
    let status = plain(status);
    ["in progress", "in review", "pending", "waiting", "on hold", "awaiting", "assigned", "in "]
        .iter()
        .any(|beginning| status.starts_with(beginning))
}

/// How urgent a priority's name says it is; an issue without one is as urgent as most. `None` for an unknown name.
pub fn priority(name: Option<&str>) -> Option<Priority> {
    match name.map(plain).unwrap_or_default().as_str() {
        "blocker" | "highest" | "critical" | "urgent" => Some(Priority::Critical),
        "major" | "high" => Some(Priority::High),
        "minor" | "medium" | "normal" | "none" | "" => Some(Priority::Medium),
        "trivial" | "low" | "lowest" => Some(Priority::Low),
        _ => None,
    }
}

/// How an issue arrived; whatever is neither a telephone nor e-mail, such as a chat, is the portal.
pub fn channel(name: Option<&str>) -> Channel {
    match name.map(plain).unwrap_or_default().as_str() {
        "email" | "e-mail" | "mail" => Channel::Email,
        "phone" | "telephone" | "call" | "phone call" => Channel::Phone,
        _ => Channel::Portal,
    }
}

/// How an issue ended by its resolution's name. `None` for an unknown name.
pub fn resolution(name: &str) -> Option<Resolution> {
    match plain(name).as_str() {
        "fixed" | "done" | "complete" | "completed" | "resolved" | "implemented" | "delivered" => {
            Some(Resolution::Fixed)
        }
        "duplicate" => Some(Resolution::Duplicate),
        "invalid" | "not our bug" | "not a bug" | "not a problem" | "works as designed" => Some(Resolution::NotABug),
        "cannot reproduce" | "needs more info" | "incomplete" => Some(Resolution::CannotReproduce),
        "won't fix" | "wont fix" | "won't do" | "wont do" | "hold" => Some(Resolution::WontFix),
        "withdrawn" | "cancelled" | "canceled" => Some(Resolution::Withdrawn),
        _ => None,
    }
}

/// The name in lower case, with single blanks and straight apostrophes. The process's own words have hyphens for blanks.
fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_category_goes_before_the_status_and_the_status_before_the_resolution() {
        let cases = [
            ("Open", Some("done"), None, true),
            ("Closed", Some("indeterminate"), Some("Fixed"), false),
            ("Closed", Some("To Do"), None, false),
            ("Closed", Some("unheard of"), None, true),
            ("Closed", None, None, true),
            ("RESOLVED", None, None, true),
            ("Reopened", None, Some("Fixed"), false),
            ("Pending Customer Response", None, None, false),
            ("In QE Test", None, None, false),
            ("Shipped", None, Some("Done"), true),
            ("Shipped", None, Some("Unresolved"), false),
            ("", None, None, false),
        ];
        for (status, category, resolution, done) in cases {
            assert_eq!(is_done(status, category, resolution), done, "{status} {category:?} {resolution:?}");
        }
    }

    #[test]
    fn priorities_are_read_by_their_names() {
        let cases = [
            (Priority::Critical, ["Blocker", "Highest", "Critical", "urgent"]),
            (Priority::High, ["Major", "High", " HIGH ", "major"]),
            (Priority::Medium, ["Minor", "Medium", "None", ""]),
            (Priority::Low, ["Trivial", "Low", "Lowest", "low"]),
        ];
        for (expected, names) in cases {
            for name in names {
                assert_eq!(priority(Some(name)), Some(expected), "{name}");
            }
        }
        assert_eq!((priority(None), priority(Some("Purple"))), (Some(Priority::Medium), None));
    }

    #[test]
    fn channels_are_read_by_their_names() {
        for name in ["Email", "e-mail", "MAIL"] {
            assert_eq!(channel(Some(name)), Channel::Email, "{name}");
        }
        for name in ["Phone", "call"] {
            assert_eq!(channel(Some(name)), Channel::Phone, "{name}");
        }
        for name in [None, Some("Chat"), Some("Social media"), Some("")] {
            assert_eq!(channel(name), Channel::Portal, "{name:?}");
        }
    }

    #[test]
    fn resolutions_are_read_by_their_names() {
        let cases: [(Resolution, &[&str]); 6] = [
            (Resolution::Fixed, &["Fixed", "Done", "Complete"]),
            (Resolution::Duplicate, &["Duplicate"]),
            (Resolution::NotABug, &["Invalid", "Not Our Bug", "Not  a bug"]),
            (Resolution::CannotReproduce, &["Cannot Reproduce", "Needs more info"]),
            (Resolution::WontFix, &["Won't Fix", "Won’t Do", "Hold"]),
            (Resolution::Withdrawn, &["Withdrawn", "Cancelled"]),
        ];
        for (expected, names) in cases {
            for name in names {
                assert_eq!(resolution(name), Some(expected), "{name}");
            }
        }
        assert_eq!(resolution("Purple"), None);
    }
}
