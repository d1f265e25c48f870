//! Whoever signs out here may still be signed in at their company, whose session is not ours to end. So the next sign-in from that browser is asked for anew, at
//! the company too (OpenID Connect Core §3.1.2.1, `prompt=login`): else whoever sits down next would be let in as them.

/// It says that somebody has signed out, not who.
const COOKIE: &str = "__Host-ponimau-left";

/// The `Set-Cookie` value at a sign-out. 90 days: a company's session is hardly ever longer.
pub fn cookie() -> String {
    format!("{COOKIE}=1; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}", 90 * 24 * 60 * 60)
}

/// The `Set-Cookie` value once somebody has shown who they are.
pub fn no_cookie() -> String {
    format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// Whether a browser with these cookies (`name=value` pairs) is one that somebody has signed out of.
pub fn is_known(mut cookies: impl Iterator<Item = impl AsRef<str>>) -> bool {
    cookies.any(|pair| pair.as_ref().trim() == format!("{COOKIE}=1"))
}
