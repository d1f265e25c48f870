//! What a company's directory says of its people, by SCIM 2.0 (RFC 7643, RFC 7644): reading it, and saying what is understood.
//!
//! Of a person four things are kept: what the directory calls them (`userName`, `externalId`), the address by which they may enter, and whether they may.
//! Directories send much more; it is accepted, because they cannot be told otherwise, and dropped here (152-FZ art. 5(5): no more than the purpose needs).
//!
//! - [`user`], [`group`]: a resource as it is sent, and changed by a PATCH
//! - [`filter`]: which resources are asked for
//! - [`schemas`]: what we publish of ourselves

mod address;
pub mod filter;
pub mod group;
mod patch;
pub mod schemas;
pub mod user;
mod value;

pub use patch::{Operation, read_patch};

/// The schema of people.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// What Entra ID adds to a group. Accepted and dropped.
pub const ENTRA_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
/// What most directories add to a person. Accepted and dropped.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The schema of a change.
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The schema of a list.
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The schema of a refusal.
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Why a request is refused (RFC 7644 §3.12, `scimType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    InvalidFilter,
    InvalidPath,
    InvalidSyntax,
    InvalidValue,
    Mutability,
    NoTarget,
    TooMany,
    Uniqueness,
}

impl Kind {
    /// The name in an answer.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::InvalidPath => "invalidPath",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidValue => "invalidValue",
            Self::Mutability => "mutability",
            Self::NoTarget => "noTarget",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
        }
    }
}

/// A refusal, in words for a company's IT: names attributes, never repeats values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: Kind,
    pub detail: String,
}

impl Refusal {
    /// A refusal of `kind`.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

/// What a request wants to be read or done, or why not.
pub type Result<T> = std::result::Result<T, Refusal>;

/// An attribute's name for an answer: as it was sent, if it looks like one.
fn shown(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(120).collect()
}
