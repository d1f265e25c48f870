fn main() {
    let keys = serde_json::json!({ "keys": [keycloak::client_key::ClientKey::from_secret([7; 32]).public_jwk()] });
    let d = keycloak::realm::Deployment { name: "ponimayu".into(), display_name: "Понимаю".into(), public_url: "http://localhost:8080".into(), inner_url: "http://localhost:8080".into(), locales: ["ru", "kk", "en"].map(str::to_owned).to_vec(), client_keys: keys, mail: None };
    println!("{}", serde_json::to_string_pretty(&keycloak::realm::realm(&d)).unwrap());
}
