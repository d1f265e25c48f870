//! What we publish of ourselves (RFC 7643 §5–§7): what is understood, kept, and accepted without being kept.

use serde_json::{Value, json};

use super::{ENTERPRISE_USER, GROUP, USER, user::DROPPED};

const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// Most resources of one page of a list.
pub const PAGE_MAX: usize = 200;

/// What the service does (RFC 7643 §5). `base` is the address of the company's endpoint.
#[must_use]
pub fn config(base: &str) -> Value {
    json!({
        "schemas": [CONFIG],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": PAGE_MAX },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "The token that the operator's administrator made for this company",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig") }
    })
}

/// The kinds of resources (RFC 7643 §6).
#[must_use]
pub fn resource_types(base: &str) -> Vec<Value> {
    let one = |name: &str, endpoint: &str, schema: &str, description: &str, extensions: Value| {
        json!({
            "schemas": [RESOURCE_TYPE],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "description": description,
            "schema": schema,
            "schemaExtensions": extensions,
            "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{name}") }
        })
    };
    vec![
        one("User", "/Users", USER, "Who may enter", json!([])),
        one("Group", "/Groups", GROUP, "Kept because directories send them; they mean nothing here", json!([])),
    ]
}

/// Every schema (RFC 7643 §7).
#[must_use]
pub fn schemas(base: &str) -> Vec<Value> {
    let one = |id: &str, name: &str, description: &str, attributes: Vec<Value>| {
        json!({
            "schemas": [SCHEMA],
            "id": id,
            "name": name,
            "description": description,
            "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{id}") }
        })
    };
    let users = format!(
        "Who may enter. Nothing else is kept of a person: of the core schema {} are accepted and dropped, and so is everything of {ENTERPRISE_USER}",
        DROPPED.join(", ")
    );
    vec![
        one(USER, "User", &users, user()),
        one(GROUP, "Group", "Kept because directories send them; they mean nothing here", group()),
        one(CONFIG, "ServiceProviderConfig", "What the service does", service()),
        one(RESOURCE_TYPE, "ResourceType", "A kind of resource", resource_type()),
        one(SCHEMA, "Schema", "What a resource consists of", schema()),
    ]
}

/// An attribute as published; what is not said otherwise is optional, read and written, and returned.
struct Attribute(Value);

fn attribute(name: &str, kind: &str, description: &str) -> Attribute {
    Attribute(json!({
        "name": name,
        "type": kind,
        "multiValued": false,
        "description": description,
        "required": false,
        "caseExact": false,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none"
    }))
}

impl Attribute {
    fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0[member] = value.into();
        self
    }

    fn required(self) -> Self {
        self.with("required", true)
    }

    fn many(self) -> Self {
        self.with("multiValued", true)
    }

    fn read_only(self) -> Self {
        self.with("mutability", "readOnly")
    }

    fn exact(self) -> Self {
        self.with("caseExact", true)
    }

    fn parts(self, parts: Vec<Attribute>) -> Self {
        self.with("subAttributes", values(parts))
    }
}

fn values(attributes: Vec<Attribute>) -> Vec<Value> {
    attributes.into_iter().map(|attribute| attribute.0).collect()
}

fn external_id() -> Attribute {
    attribute("externalId", "string", "What the directory calls it for itself").exact()
}

fn user() -> Vec<Value> {
    values(vec![
        attribute("userName", "string", "Unique within the company. The address too, if it is one and emails is absent")
            .required()
            .with("uniqueness", "server"),
        external_id(),
        attribute("active", "boolean", "Whether the person may enter. False ends their access within seconds; true if absent").required(),
        attribute("emails", "complex", "One address is kept: the primary one, else that of work, else the first. By it the person enters")
            .required()
            .many()
            .parts(vec![
                attribute("value", "string", "The address").required(),
                attribute("type", "string", "Always work").with("canonicalValues", json!(["work"])),
            ]),
    ])
}

fn group() -> Vec<Value> {
    values(vec![
        attribute("displayName", "string", "The group's name").required(),
        external_id(),
        attribute("members", "complex", "Its people").many().parts(vec![
            attribute("value", "string", "The id of a user").exact().with("mutability", "immutable"),
            attribute("$ref", "reference", "The address of the user")
                .exact()
                .with("mutability", "immutable")
                .with("referenceTypes", json!(["User"])),
            attribute("type", "string", "Always User").with("mutability", "immutable").with("canonicalValues", json!(["User"])),
        ]),
    ])
}

fn read(name: &str, kind: &str, description: &str) -> Attribute {
    attribute(name, kind, description).read_only()
}

fn service() -> Vec<Value> {
    let switch =
        |name: &str| read(name, "complex", name).required().parts(vec![read("supported", "boolean", "Whether it is supported").required()]);
    let number = |name: &str| read(name, "integer", name).required();
    let supported = || read("supported", "boolean", "Whether it is supported").required();
    values(vec![
        read("documentationUri", "reference", "Where it is documented").exact().with("referenceTypes", json!(["external"])),
        switch("patch"),
        read("bulk", "complex", "bulk").required().parts(vec![supported(), number("maxOperations"), number("maxPayloadSize")]),
        read("filter", "complex", "filter").required().parts(vec![supported(), number("maxResults")]),
        switch("changePassword"),
        switch("sort"),
        switch("etag"),
        read("authenticationSchemes", "complex", "How a client proves who it is").required().many().parts(vec![
            read("type", "string", "The kind").required(),
            read("name", "string", "Its name").required(),
            read("description", "string", "What it is").required(),
            read("specUri", "reference", "Where it is specified").exact().with("referenceTypes", json!(["external"])),
            read("documentationUri", "reference", "Where it is documented").exact().with("referenceTypes", json!(["external"])),
            read("primary", "boolean", "Whether it is preferred"),
        ]),
    ])
}

fn resource_type() -> Vec<Value> {
    let uri =
        |name: &str, description: &str| read(name, "reference", description).exact().required().with("referenceTypes", json!(["uri"]));
    values(vec![
        read("id", "string", "The kind's id"),
        read("name", "string", "The kind's name").required(),
        read("description", "string", "What it is"),
        uri("endpoint", "Where its resources are"),
        uri("schema", "Its schema"),
        read("schemaExtensions", "complex", "Further schemas")
            .many()
            .parts(vec![uri("schema", "The extension"), read("required", "boolean", "Whether it must be there").required()]),
    ])
}

fn schema() -> Vec<Value> {
    let parts = || {
        vec![
            read("name", "string", "Its name").exact().required(),
            read("type", "string", "The kind of value").required(),
            read("multiValued", "boolean", "Whether there may be several").required(),
            read("description", "string", "What it is"),
            read("required", "boolean", "Whether it must be there"),
            read("canonicalValues", "string", "Usual values").exact().many(),
            read("caseExact", "boolean", "Whether case matters"),
            read("mutability", "string", "Who writes it").exact(),
            read("returned", "string", "When it is returned").exact(),
            read("uniqueness", "string", "Among which it is unique").exact(),
            read("referenceTypes", "string", "What it may refer to").exact().many(),
        ]
    };
    let nested = read("subAttributes", "complex", "What it consists of").many().parts(parts());
    let mut own = parts();
    own.push(nested);
    values(vec![
        read("id", "string", "The schema's URI").exact().required(),
        read("name", "string", "Its name").required(),
        read("description", "string", "What it describes"),
        read("attributes", "complex", "What a resource consists of").required().many().parts(own),
    ])
}
