//! Nobody locks themselves out: which proofs a person may still give up.

/// The proofs a person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaysIn {
    pub has_email: bool,
    pub passkeys: u32,
    pub has_totp: bool,
    /// Staff and companies' HR must always have a second factor.
    pub needs_second_factor: bool,
}

/// A proof to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    Email,
    Passkey,
    Totp,
}

/// Why it may not be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing would be left to sign in by.
    LastWayIn,
    /// A member of staff would be left without a second factor.
    LastFactor,
}

impl WaysIn {
    /// What is left after `loss`, if it may be given up. A mailbox opens the door, and so does a passkey; a one-time password alone does not.
    pub const fn without(self, loss: Loss) -> Result<Self, Refusal> {
        let left = match loss {
            Loss::Email => Self { has_email: false, ..self },
            Loss::Passkey => Self { passkeys: self.passkeys.saturating_sub(1), ..self },
            Loss::Totp => Self { has_totp: false, ..self },
        };
        if !left.has_email && left.passkeys == 0 {
            Err(Refusal::LastWayIn)
        } else if left.needs_second_factor && left.passkeys == 0 && !left.has_totp {
            Err(Refusal::LastFactor)
        } else {
            Ok(left)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(has_email: bool, passkeys: u32, has_totp: bool, needs_second_factor: bool) -> WaysIn {
        WaysIn { has_email, passkeys, has_totp, needs_second_factor }
    }

    #[test]
    fn the_last_way_in_stays() {
        let check =
            |ways: WaysIn, loss, expected: Option<Refusal>| assert_eq!(ways.without(loss).err(), expected, "{ways:?} without {loss:?}");
        check(ways(true, 0, false, false), Loss::Email, Some(Refusal::LastWayIn));
        check(ways(true, 1, false, false), Loss::Email, None);
        check(ways(false, 1, false, false), Loss::Passkey, Some(Refusal::LastWayIn));
        check(ways(false, 2, false, false), Loss::Passkey, None);
        check(ways(true, 1, false, false), Loss::Passkey, None);
        check(ways(true, 0, true, false), Loss::Totp, None);
        check(ways(true, 0, true, false), Loss::Email, Some(Refusal::LastWayIn));
    }

    #[test]
    fn staff_keep_a_second_factor() {
        let check =
            |ways: WaysIn, loss, expected: Option<Refusal>| assert_eq!(ways.without(loss).err(), expected, "{ways:?} without {loss:?}");
        check(ways(true, 1, false, true), Loss::Passkey, Some(Refusal::LastFactor));
        check(ways(true, 0, true, true), Loss::Totp, Some(Refusal::LastFactor));
        check(ways(true, 1, true, true), Loss::Passkey, None);
        check(ways(true, 1, true, true), Loss::Totp, None);
        check(ways(false, 1, true, true), Loss::Passkey, Some(Refusal::LastWayIn));
    }
}
