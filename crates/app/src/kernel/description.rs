//! What every operation of the API's description (OpenAPI 3.1) has in common.

use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder, path::Operation};

/// Every operation of one path.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch, &mut item.head, &mut item.options, &mut item.trace]
        .into_iter()
        .flatten()
}

/// Says that whatever is not an operation's own answer is a problem document: refusals look alike everywhere, so no handler repeats them.
pub fn refuses_with_problems(mut description: OpenApi) -> OpenApi {
    let problem = ResponseBuilder::new()
        .description("The request was refused")
        .content("application/problem+json", ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build())
        .build();
    for operation in description.paths.paths.values_mut().flat_map(operations) {
        operation.responses.responses.insert("default".to_owned(), RefOr::T(problem.clone()));
    }
    description
}
