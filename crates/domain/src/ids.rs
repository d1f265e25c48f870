//! Typed ids: an appointment's id cannot be passed where a person's is wanted.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// An account: an employee, a specialist or a member of the operator's staff.
    PersonId,
    /// A signed-in session of a browser or app.
    SessionId,
    /// A field of specialists.
    CategoryId,
    /// What a person comes with, within a category.
    TopicId,
    /// An uploaded file.
    FileId,
    /// A client company.
    CompanyId,
    /// An agreement with a company about what is covered.
    ContractId,
    /// A booked (or held) consultation.
    AppointmentId,
    /// An employee's and a specialist's conversation.
    ThreadId,
    /// A person's answers to the safety questions about a specialist.
    SafetyReportId,
    /// Something that takes two of the staff.
    ApprovalId,
}
