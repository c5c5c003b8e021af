//! Looking at the whole of a file before anything of it is taken in.

use std::io::{Read, Seek};
use std::ops::ControlFlow;

use super::census::Census;
use super::doubt::Doubt;
use super::found::{Row, Unreadable};
use super::mapping::{Mapping, WrongMapping};
use super::plan::Plan;
use super::read::{Format, read, survey};
use super::survey::Survey;

/// All that one look at a file tells.
#[derive(Debug)]
pub struct Look {
    /// What the file is.
    pub format: Format,
    /// What stands in its columns.
    pub survey: Survey,
    /// How it is read.
    pub plan: Plan,
    /// Its issues, as a whole.
    pub census: Census,
}

/// Why a file cannot be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// What was said of it does not fit it.
    #[error(transparent)]
    Mapping(#[from] WrongMapping),
}

impl Look {
    /// Looks at a file of which this was said: also which projects are customers', and which Engineering's.
    ///
    /// # Errors
    /// Where it cannot be read to its end, or what was said does not fit it.
    pub fn at(
        file: &mut (impl Read + Seek),
        format: Format,
        mapping: &Mapping,
        customers: &[String],
        engineering: &[String],
    ) -> Result<Self, LookError> {
        let mut columns = Survey::new(format.profile, mapping);
        survey(format, begin(file)?, &mut columns)?;
        let plan = Plan::new(&columns, format.profile, mapping)?;
        let mut census = Census::new(plan.meanings.clone(), customers, engineering);
        read(format, begin(file)?, &plan, false, |row| {
            if let Row::Issue(issue) = row {
                census.look_at(&issue);
            }
            ControlFlow::Continue(())
        })?;
        Ok(Self { format, survey: columns, plan, census })
    }

    /// What is doubtful about it.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = self.plan.doubts(&self.survey);
        doubts.extend(self.census.doubts());
        doubts
    }
}

/// The file from its beginning.
fn begin<F: Read + Seek>(file: &mut F) -> Result<&mut F, Unreadable> {
    file.rewind().map_err(|error| Unreadable { line: 1, reason: error.to_string() })?;
    Ok(file)
}
