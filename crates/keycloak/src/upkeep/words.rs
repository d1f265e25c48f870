//! A plan in the words of whoever looks after servers.

use std::fmt;

use super::plan::{Change, Others, Plan, Thing, What};

/// So many names of what is left alone are told; of the rest, how many.
const NAMES_MAX: usize = 8;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(keys) = &self.of_another {
            writeln!(
                f,
                "  This realm knows its product by another key ({}): it is another deployment's, or the key file is",
                keys.join(", ")
            )?;
            writeln!(f, "  not the one it was set up with. What signs in with that key will be refused afterwards.\n")?;
        }
        for change in &self.changes {
            write!(f, "{change}")?;
        }
        for line in self.others.iter().flat_map(Others::lines) {
            writeln!(f, "  left alone  {line}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Make => writeln!(f, "  make        {}", self.thing),
            What::Remove => writeln!(f, "  remove      {}", self.thing),
            What::Change(differences) => {
                writeln!(f, "  change      {}", self.thing)?;
                differences.iter().try_for_each(|difference| writeln!(f, "                {difference}"))
            }
        }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Realm => f.write_str("the realm, with all that belongs to it"),
            Self::Key(name) => write!(f, "key {name}"),
            Self::Settings => f.write_str("settings of the realm"),
            Self::Action(alias) => write!(f, "required action {alias}"),
            Self::Profile => f.write_str("user profile"),
            Self::Flow(alias) | Self::FormerFlow(alias) => write!(f, "flow \"{alias}\""),
            Self::Provider(alias) => write!(f, "identity provider {alias}"),
            Self::Binding => f.write_str("sign-in with a browser"),
            Self::Client(id) => write!(f, "client {id}"),
            Self::Rights(client) => write!(f, "rights of the service account of {client}"),
        }
    }
}

impl Others {
    fn lines(&self) -> Vec<String> {
        let count = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let mut lines = vec![format!(
            "{}, {}, everybody's sessions",
            count(self.people, "account", "accounts"),
            count(self.organizations, "organization", "organizations")
        )];
        for (what, names) in
            [("identity providers", &self.providers), ("clients", &self.clients), ("flows", &self.flows), ("keys", &self.keys)]
        {
            if !names.is_empty() {
                let told = names.iter().take(NAMES_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
                let rest = names.len().saturating_sub(NAMES_MAX);
                let rest = if rest == 0 { String::new() } else { format!(" and {rest} more") };
                lines.push(format!("{what} {told}{rest}"));
            }
        }
        lines
    }
}

impl Change {
    /// Each of its differences on a line of its own, with the thing it is of.
    pub fn lines(&self) -> Vec<String> {
        match &self.what {
            What::Make => vec![format!("{}: missing", self.thing)],
            What::Remove => vec![format!("{}: no longer of use", self.thing)],
            What::Change(differences) => differences.iter().map(|difference| format!("{}: {difference}", self.thing)).collect(),
        }
    }
}

impl Plan {
    /// The names of what differs, and how, a line each.
    pub fn lines(&self) -> Vec<String> {
        self.changes.iter().flat_map(Change::lines).collect()
    }
}
