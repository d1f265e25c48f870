//! Rules of proving who one is: how attempts are slowed down, what codes and addresses look like, how a device is named.

mod codes;
mod device;
mod throttle;
mod ways_in;

pub use self::{
    codes::{
        ACCESS_CODE_LEN, access_code_from_bytes, access_code_hint, format_access_code, normalise_access_code, normalise_email,
        recovery_code_from_bytes,
    },
    device::device_label,
    throttle::Limit,
    ways_in::{Loss, Refusal, WaysIn},
};
