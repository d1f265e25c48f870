//! Who may do what: one table *action × role × relation*, read by the routes' guards, printed by a test, mirrored by the database's row security.

/// A role under which somebody acts. A member of staff may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Anonymous,
    Employee,
    Specialist,
    /// Of a client company: keeps its roster and codes.
    Hr,
    Support,
    Safety,
    Finance,
    Catalogue,
    Admin,
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::Anonymous,
        Self::Employee,
        Self::Specialist,
        Self::Hr,
        Self::Support,
        Self::Safety,
        Self::Finance,
        Self::Catalogue,
        Self::Admin,
        Self::Auditor,
    ];
    /// The roles of the operator's staff.
    pub const STAFF: [Self; 6] = [Self::Support, Self::Safety, Self::Finance, Self::Catalogue, Self::Admin, Self::Auditor];

    /// The role's name in the database, the API and the audit log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Employee => "employee",
            Self::Specialist => "specialist",
            Self::Hr => "hr",
            Self::Support => "support",
            Self::Safety => "safety",
            Self::Finance => "finance",
            Self::Catalogue => "catalogue",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }

    /// The staff role of that name.
    pub fn staff(name: &str) -> Option<Self> {
        Self::STAFF.into_iter().find(|role| role.name() == name)
    }
}

/// To whose resources a right reaches. The use case and the row security enforce it; to anybody else the resource does not exist (404).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// No person's resource, or everybody's.
    Any,
    /// One's own.
    Own,
    /// Of an appointment in which one is the booked specialist.
    Booked,
    /// Of the company for which one acts.
    Company,
}

/// One line of the policy.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub action: Action,
    pub rights: &'static [(Role, Relation)],
    /// The session must have shown a second factor (or a verifying passkey) within the last five minutes.
    pub needs_recent_proof: bool,
    /// May be done before an owed second factor is shown: it is the way there.
    pub before_second_factor: bool,
}

impl Rule {
    /// Whether any of `roles` has the right.
    pub fn allows(&self, roles: &[Role]) -> bool {
        self.rights.iter().any(|(role, _)| roles.contains(role))
    }
}

/// The lines for all actions, in the order of [`Action`]: what the guards of a router go by.
pub type Policy = &'static [Rule];

macro_rules! policy {
    ($($(#[$doc:meta])* $action:ident $(($mark:ident))? : $($role:ident $relation:ident),+ ;)+) => {
        /// Something that may be asked of the platform. Each endpoint names one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $action),+ }

        impl Action {
            /// The action's name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$action => stringify!($action)),+ }
            }
        }

        /// The whole policy.
        pub const POLICY: Policy = &[$(Rule {
            action: Action::$action,
            rights: &[$((Role::$role, Relation::$relation)),+],
            needs_recent_proof: policy!(@proof $($mark)?),
            before_second_factor: policy!(@half $($mark)?),
        }),+];
    };
    (@proof) => { false };
    (@proof proof) => { true };
    (@proof half) => { false };
    (@half) => { false };
    (@half proof) => { false };
    (@half half) => { true };
}

policy! {
    // identity
    /// Read what everyone may know: brand, languages, urgent help, categories.
    ReadPublic: Anonymous Any, Employee Any, Specialist Any, Hr Any, Support Any, Safety Any, Finance Any, Catalogue Any, Admin Any, Auditor Any;
    /// Prove who one is: codes, passkeys, second factors, invitations, company codes.
    SignIn: Anonymous Any, Employee Any, Specialist Any, Hr Any, Support Any, Safety Any, Finance Any, Catalogue Any, Admin Any, Auditor Any;
    /// Set up and show the ways of proving who one is, once signed in.
    ProveSelf (half): Employee Own, Specialist Own, Hr Own, Support Own, Safety Own, Finance Own, Catalogue Own, Admin Own, Auditor Own;
    /// Read and change one's own account, sessions and preferences; sign out.
    OwnAccount: Employee Own, Specialist Own, Hr Own, Support Own, Safety Own, Finance Own, Catalogue Own, Admin Own, Auditor Own;
    /// Listen to hints about one's own things.
    Listen: Employee Own, Specialist Own, Hr Own, Support Own, Safety Own, Finance Own, Catalogue Own, Admin Own, Auditor Own;
    /// See who is on the staff and who is invited.
    SeeStaff: Admin Any, Auditor Any;
    /// Invite staff, give or take their capabilities, end their service.
    ManageStaff (proof): Admin Any;
    /// Invite specialists; see, withdraw and repeat their invitations.
    InviteSpecialists: Catalogue Any, Admin Any;
    /// Stay longer by a newer pass.
    RenewPass: Employee Own;
    // compliance
    /// Read, give and withdraw one's consents.
    Consent: Employee Own, Specialist Own;
    /// See who opened one's record.
    SeeOwnRecord: Employee Own, Specialist Own;
    /// Keep the phones for urgent help, and the date of their last check.
    EditUrgentHelp: Admin Any;
    // sessions
    /// Enter the call of one's own consultation, signal, and say that one is there.
    TakePart: Employee Own, Specialist Booked;
    /// Extend or end a consultation.
    LeadCall: Specialist Booked;
    // scheduling
    /// Read and change one's own hours, exceptions, leave, journeys and calendars.
    OwnSchedule: Specialist Own;
    /// See when a specialist can be booked.
    ReadFreeTimes: Employee Any, Specialist Own, Support Any, Admin Any;
    /// Read a calendar by its secret address.
    ReadCalendarFeed: Anonymous Any, Employee Any, Specialist Any, Hr Any, Support Any, Safety Any, Finance Any, Catalogue Any, Admin Any, Auditor Any;

    // catalogue
    /// Read all categories, also drafts.
    ReadCatalogue: Support Any, Safety Any, Finance Any, Catalogue Any, Admin Any, Auditor Any;
    /// Create, change, publish and archive categories and their topics.
    ManageCatalogue: Catalogue Any, Admin Any;
    /// Fill one's own card and hand it in.
    OwnCard: Specialist Own;
    /// Read who works here and in which state their cards are.
    ReadSpecialists: Support Any, Safety Any, Catalogue Any, Admin Any;
    /// Check documents, publish, return and pause cards.
    ReviewSpecialists: Catalogue Any, Admin Any;

    // organisations
    /// Read companies and what their contracts cover.
    ReadCompanies: Support Any, Finance Any, Admin Any, Auditor Any;
    /// Create and change companies, contracts, mail domains and rosters.
    ManageCompanies: Admin Any;
    /// Set companies' own sign-in up, change, try and demand it.
    ManageSso (proof): Admin Any;
    /// Switch companies' passes on and off.
    SetPasses (proof): Admin Any;
    /// Make the tokens by which a company's directory keeps its roster.
    MakeScimTokens (proof): Admin Any;
    /// Make, list and revoke access codes.
    ManageAccessCodes: Support Any, Admin Any;
    /// See who keeps a company's roster, and who is invited to.
    SeeHr: Admin Any, Auditor Any;
    /// Invite a company's HR, and end their access.
    ManageHr (proof): Admin Any;
    /// Read what one's company is entitled to and by what its people come in; look what a roster file would do.
    ReadOwnCompany: Hr Company;
    /// Change one's company's roster; make its access codes and take them back.
    KeepOwnCompany (proof): Hr Company;
    // chat
    /// Write to and read from whom one has a consultation with.
    Chat: Employee Own, Specialist Booked;
    // notes
    /// Write and read one's own notes on a consultation. Nobody else's are ever shown.
    /// A specialist opens what is written with recent proof alone (`notes::note`); writing needs none: it shows nothing.
    KeepNotes: Employee Own, Specialist Booked;
    /// See who booked one, their history with one, and what they said brings them.
    ReadClients: Specialist Booked;
    // assessments
    /// Say how a consultation was, and answer the safety questions about the specialist.
    Assess: Employee Own;
    /// Read what people think of one, once enough of them have said it.
    ReadOwnRating: Specialist Own;
    /// Read and handle safety reports.
    HandleSafety: Safety Any;
    /// Ask for the address of the person behind a safety report, and read it once somebody else has agreed.
    AskForContact (proof): Safety Any;
    // audit
    /// Read the audit log and check its chain.
    ReadAudit: Admin Any, Auditor Any;
    /// Ask for the audit log as a file, and take it once somebody else has agreed.
    AskForAuditExport (proof): Admin Any, Auditor Any;
    // approvals
    /// See what colleagues ask for and what became of it; take one's own ask back.
    SeeApprovals: Safety Any, Admin Any, Auditor Any;
    /// Agree to what a colleague asks for, or refuse it.
    Approve (proof): Safety Any, Admin Any, Auditor Any;

    // booking
    /// Look for somebody who can help: kinds of help, cards, free times, what is left of the benefit.
    FindHelp: Employee Own;
    /// Say what brings one here.
    SayWhy: Employee Own;
    /// Keep specialists close.
    KeepFavourites: Employee Own;
    /// Hold a time, give it back, confirm it.
    Book: Employee Own;
    /// Read appointments.
    ReadAppointments: Employee Own, Specialist Booked;
    /// Move an appointment or call it off.
    ChangeAppointments: Employee Own, Specialist Booked;
    /// Wait for a time.
    WaitForTimes: Employee Own;
    /// Find, move and call off appointments on somebody's behalf; see how today's consultations stand.
    ManageBookings: Support Any, Admin Any;
}

/// The rule for an action.
pub fn rule(action: Action) -> &'static Rule {
    // The table is made together with the enum, in the same order.
    &POLICY[action as usize]
}

/// Whether any of `roles` has a right to `action`.
pub fn may(roles: &[Role], action: Action) -> bool {
    rule(action).allows(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_enum() {
        for line in POLICY {
            assert_eq!(rule(line.action).action, line.action);
            assert!(!line.rights.is_empty(), "{} is denied to everybody", line.action.name());
        }
    }

    #[test]
    fn nobody_acts_anonymously_except_to_read_the_public_to_sign_in_and_by_a_secret_address() {
        let open: Vec<_> = POLICY.iter().filter(|l| may(&[Role::Anonymous], l.action)).map(|l| l.action).collect();
        assert_eq!(open, [Action::ReadPublic, Action::SignIn, Action::ReadCalendarFeed]);
    }
}
