//! The ways through sign-in. Keycloak's own flows stay; these stand beside them and are bound to the realm.

use serde_json::{Map, Value, json};

/// Signing in with a browser.
pub(super) const BROWSER: &str = "ponimau browser";
/// What follows a sign-in at the company, or at our own entrance.
pub(crate) const AFTER_BROKER: &str = "ponimau after broker";
/// The first sign-in through one of those: makes the account, and never takes over another one.
pub(super) const FIRST_BROKER: &str = "ponimau first broker";

/// The first sign-in through a company: as [`FIRST_BROKER`], and makes the account a member of the company.
pub(crate) const FIRST_COMPANY: &str = "ponimau first company";

/// Devices on which one is signed in at the same time. The next one ends the oldest.
const SESSIONS_MAX: u32 = 5;
/// Seconds for which Keycloak takes a second factor as shown: each request for one asks for it. How long it counts afterwards is ours to say.
const MFA_AGE_MAX: u32 = 0;
/// Seconds for which a first factor counts: as long as a session.
const PASSWORD_AGE_MAX: u32 = 36_000;

#[derive(Clone, Copy)]
enum Need {
    Required,
    Alternative,
    Conditional,
}

impl Need {
    const fn name(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
            Self::Alternative => "ALTERNATIVE",
            Self::Conditional => "CONDITIONAL",
        }
    }
}

/// A step of a flow: something Keycloak does, or a flow of its own.
enum Step {
    Do(Need, &'static str),
    With(Need, &'static str, &'static str, Value),
    Flow(Need, &'static str, Vec<Step>),
}

use Need::{Alternative, Conditional, Required};
use Step::{Do, Flow, With};

pub(super) fn flows() -> Value {
    let mut written = Written::default();
    written.flow(BROWSER, true, browser());
    written.flow(AFTER_BROKER, true, after_broker());
    written.flow(FIRST_BROKER, true, vec![Do(Required, "idp-create-user-if-unique")]);
    written.flow(FIRST_COMPANY, true, first_company());
    json!({
        "authenticationFlows": written.flows,
        "authenticatorConfig": written.configs,
        "browserFlow": BROWSER,
    })
}

/// Without Keycloak's own step for organizations: it asks for the name first, and then shows another page for one that it knows than for one that it does not,
/// by which an employer could find out who is here (26.7). Whoever signs in at their company says so at the product's door.
fn browser() -> Vec<Step> {
    vec![
        Do(Alternative, "auth-cookie"),
        // kc_idp_hint: our entrance, or a company's sign-in.
        Do(Alternative, "identity-provider-redirector"),
        Flow(
            Alternative,
            "ponimau browser: forms",
            vec![
                Flow(
                    Conditional,
                    "ponimau browser: pwd",
                    vec![level("ponimau pwd", 1, PASSWORD_AGE_MAX), Do(Required, "auth-username-password-form")],
                ),
                Flow(
                    Conditional,
                    "ponimau browser: mfa",
                    vec![
                        level("ponimau mfa", 2, MFA_AGE_MAX),
                        Flow(
                            Conditional,
                            "ponimau browser: second factor",
                            vec![
                                Do(Required, "conditional-user-configured"),
                                Do(Alternative, "webauthn-authenticator-passwordless"),
                                Do(Alternative, "auth-otp-form"),
                                Do(Alternative, "auth-recovery-authn-code-form"),
                            ],
                        ),
                        // Alternatives of which none is set up end in an error page: who has no second factor yet is led to set one up.
                        Flow(
                            Conditional,
                            "ponimau browser: first second factor",
                            vec![
                                With(
                                    Required,
                                    "conditional-sub-flow-executed",
                                    "ponimau no second factor",
                                    json!({ "flow_to_check": "ponimau browser: second factor", "check_result": "not-executed" }),
                                ),
                                Do(Required, "auth-otp-form"),
                            ],
                        ),
                    ],
                ),
                // After both levels: before the second one, the end of the oldest session also ended the asking for a second factor (26.7).
                session_limit("ponimau sessions"),
            ],
        ),
    ]
}

/// Who came through a company has no password here: their sign-in there counts as the first factor, and only a second one may be asked for.
fn after_broker() -> Vec<Step> {
    vec![
        Flow(
            Conditional,
            "ponimau after broker: pwd",
            vec![level("ponimau pwd after broker", 1, PASSWORD_AGE_MAX), Do(Required, "allow-access-authenticator")],
        ),
        Flow(
            Conditional,
            "ponimau after broker: mfa",
            vec![level("ponimau mfa after broker", 2, MFA_AGE_MAX), Do(Required, "auth-otp-form")],
        ),
        session_limit("ponimau sessions after broker"),
    ]
}

/// No account is tied to another that is there: the offer would tell the company that somebody has one.
fn first_company() -> Vec<Step> {
    vec![
        Do(Required, "idp-create-user-if-unique"),
        // Without this step nobody becomes a member (26.7).
        Flow(
            Conditional,
            "ponimau first company: member",
            vec![Do(Required, "conditional-user-configured"), Do(Required, "idp-add-organization-member")],
        ),
    ]
}

fn level(alias: &'static str, level: u32, age_max: u32) -> Step {
    let config = json!({ "loa-condition-level": level.to_string(), "loa-max-age": age_max.to_string() });
    With(Required, "conditional-level-of-authentication", alias, config)
}

fn session_limit(alias: &'static str) -> Step {
    let config = json!({ "userRealmLimit": SESSIONS_MAX.to_string(), "userClientLimit": "0", "behavior": "Terminate oldest session" });
    With(Required, "user-session-limits", alias, config)
}

/// Flows as Keycloak writes them: all beside one another, each step naming the flow below it.
#[derive(Default)]
struct Written {
    flows: Vec<Value>,
    configs: Vec<Value>,
}

impl Written {
    fn flow(&mut self, alias: &str, is_top: bool, steps: Vec<Step>) {
        let mut executions = Vec::new();
        for (index, step) in steps.into_iter().enumerate() {
            executions.push(self.step(step, index));
        }
        self.flows.push(json!({
            "alias": alias, "description": "", "providerId": "basic-flow", "topLevel": is_top, "builtIn": false,
            "authenticationExecutions": executions,
        }));
    }

    fn step(&mut self, step: Step, index: usize) -> Value {
        let mut written = Map::new();
        let need = match step {
            Do(need, authenticator) => {
                written.insert("authenticator".to_owned(), json!(authenticator));
                need
            }
            With(need, authenticator, alias, config) => {
                written.insert("authenticator".to_owned(), json!(authenticator));
                written.insert("authenticatorConfig".to_owned(), json!(alias));
                self.configs.push(json!({ "alias": alias, "config": config }));
                need
            }
            Flow(need, alias, steps) => {
                written.insert("flowAlias".to_owned(), json!(alias));
                self.flow(alias, false, steps);
                need
            }
        };
        written.insert("authenticatorFlow".to_owned(), json!(written.contains_key("flowAlias")));
        written.insert("requirement".to_owned(), json!(need.name()));
        written.insert("priority".to_owned(), json!((index + 1) * 10));
        written.insert("userSetupAllowed".to_owned(), json!(false));
        Value::Object(written)
    }
}
