//! The guard before each route: the action is named in the router, written into the API description, and checked here before the handler runs.

use axum::{
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use domain::access::{Action, Policy, Role, may};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa_axum::router::UtoipaMethodRouter;

use super::{
    app::App,
    ctx::RequestInfo,
    description::operations,
    error::{Error, Result},
};

/// Puts routes behind `action`: `.routes(guarded(Action::OwnAccount, routes!(read)))`.
pub fn guarded(action: Action, (schemas, mut paths, methods): UtoipaMethodRouter<App>) -> UtoipaMethodRouter<App> {
    for item in paths.paths.values_mut() {
        for operation in operations(item) {
            operation.extensions = Some(ExtensionsBuilder::new().add("x-action", action.name()).build());
        }
    }
    let methods = methods.layer(from_fn(move |request: Request, next: Next| async move {
        match check(action, &request) {
            Ok(()) => next.run(request).await,
            Err(error) => error.into_response(),
        }
    }));
    (schemas, paths, methods)
}

/// Routes of the built-in sign-in: refused as soon as people prove who they are at Keycloak (ASVS 6.3.4: no second way in).
pub fn built_in((schemas, paths, methods): UtoipaMethodRouter<App>) -> UtoipaMethodRouter<App> {
    let methods = methods.layer(from_fn(|request: Request, next: Next| async move {
        match request.extensions().get::<RequestInfo>() {
            Some(info) if info.app.keycloak.is_some() => Error::conflict("sign_in_at_keycloak").into_response(),
            _ => next.run(request).await,
        }
    }));
    (schemas, paths, methods)
}

fn check(action: Action, request: &Request) -> Result<(), Error> {
    let info = request.extensions().get::<RequestInfo>().ok_or_else(|| Error::internal(anyhow::anyhow!("no request info")))?;
    let policy = request.extensions().get::<Policy>().ok_or_else(|| Error::internal(anyhow::anyhow!("no policy")))?;
    let rule = policy.get(action as usize).ok_or_else(|| Error::internal(anyhow::anyhow!("the policy does not know the action")))?;
    let roles = info.principal.as_ref().map_or_else(|| vec![Role::Anonymous], |p| p.roles());
    // What a stranger may do, everybody may: also somebody on the way to the second factor.
    let is_half_way = rule.before_second_factor && info.principal.is_some();
    if !rule.allows(&roles) && !rule.allows(&[Role::Anonymous]) && !is_half_way {
        return Err(match &info.principal {
            None => info.unauthenticated(),
            // Whoever has not yet shown the second factor holds no role at all.
            Some(p) if p.strong_at.is_none() => Error::forbidden("second_factor_required"),
            Some(_) => Error::forbidden("not_allowed"),
        });
    }
    if rule.needs_recent_proof && !info.principal.as_ref().is_some_and(|p| p.has_recent_proof(info.app.now())) {
        return Err(Error::forbidden("recent_proof_required"));
    }
    Ok(())
}

/// Answers of the guard, for tests that print the policy.
pub fn is_allowed(roles: &[Role], action: Action) -> bool {
    may(roles, action)
}

/// The response of an unknown address below `/api`.
pub async fn unknown_route() -> Response {
    Error::not_found().into_response()
}
