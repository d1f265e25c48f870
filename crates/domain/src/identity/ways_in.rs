//! Nobody locks themselves out: which proofs a person may still give up. The same wherever they are kept, here or at Keycloak.

/// The proofs a person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaysIn {
    /// What opens the door besides passkeys: a mailbox; at Keycloak a password, and the company's own sign-in.
    pub doors: u32,
    pub passkeys: u32,
    pub has_totp: bool,
    /// Whoever answers for other people's affairs must always have a second factor.
    pub needs_second_factor: bool,
}

/// A proof to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// One of the doors: the address, the password.
    Door,
    Passkey,
    Totp,
}

/// Why it may not be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing would be left to sign in by.
    LastWayIn,
    /// Whoever needs one would be left without a second factor.
    LastFactor,
}

impl Refusal {
    /// Its name in answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LastWayIn => "last_way_in",
            Self::LastFactor => "last_second_factor",
        }
    }
}

impl WaysIn {
    /// What is left after `loss`, if it may be given up. A door is a way in, and so is a passkey; a one-time password alone is not.
    pub const fn without(self, loss: Loss) -> Result<Self, Refusal> {
        let left = match loss {
            Loss::Door => Self { doors: self.doors.saturating_sub(1), ..self },
            Loss::Passkey => Self { passkeys: self.passkeys.saturating_sub(1), ..self },
            Loss::Totp => Self { has_totp: false, ..self },
        };
        if left.doors == 0 && left.passkeys == 0 {
            Err(Refusal::LastWayIn)
        } else if left.needs_second_factor && left.passkeys == 0 && !left.has_totp {
            Err(Refusal::LastFactor)
        } else {
            Ok(left)
        }
    }

    /// Why `loss` may not be given up; none if it may.
    pub fn refusal(self, loss: Loss) -> Option<Refusal> {
        self.without(loss).err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(doors: u32, passkeys: u32, has_totp: bool, needs_second_factor: bool) -> WaysIn {
        WaysIn { doors, passkeys, has_totp, needs_second_factor }
    }

    #[test]
    fn the_last_way_in_stays() {
        let check =
            |ways: WaysIn, loss, expected: Option<Refusal>| assert_eq!(ways.without(loss).err(), expected, "{ways:?} without {loss:?}");
        check(ways(1, 0, false, false), Loss::Door, Some(Refusal::LastWayIn));
        check(ways(1, 1, false, false), Loss::Door, None);
        check(ways(0, 1, false, false), Loss::Passkey, Some(Refusal::LastWayIn));
        check(ways(0, 2, false, false), Loss::Passkey, None);
        check(ways(1, 1, false, false), Loss::Passkey, None);
        check(ways(1, 0, true, false), Loss::Totp, None);
        check(ways(1, 0, true, false), Loss::Door, Some(Refusal::LastWayIn));
        check(ways(2, 0, false, false), Loss::Door, None);
    }

    #[test]
    fn staff_keep_a_second_factor() {
        let check =
            |ways: WaysIn, loss, expected: Option<Refusal>| assert_eq!(ways.without(loss).err(), expected, "{ways:?} without {loss:?}");
        check(ways(1, 1, false, true), Loss::Passkey, Some(Refusal::LastFactor));
        check(ways(1, 0, true, true), Loss::Totp, Some(Refusal::LastFactor));
        check(ways(1, 1, true, true), Loss::Passkey, None);
        check(ways(1, 1, true, true), Loss::Totp, None);
        check(ways(0, 1, true, true), Loss::Passkey, Some(Refusal::LastWayIn));
    }
}
