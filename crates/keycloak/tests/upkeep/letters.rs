//! The mail server's password: Keycloak does not show it, so it must be seen to arrive at the mail server.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use keycloak::{
    realm::{self, Deployment, Mail},
    upkeep::{self, Parts, Plan},
};
use reqwest::Method;
use serde_json::json;

use crate::house::{House, deployment};

/// A mail server that takes every letter. Tells with which proof each came.
fn mail_server() -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let _ = stream.write_all(b"220 mail\r\n");
            while let Some(Ok(line)) = lines.next() {
                let answer = match line.split(' ').next().unwrap_or_default().to_uppercase().as_str() {
                    "EHLO" => "250-mail\r\n250 AUTH PLAIN\r\n",
                    "AUTH" => {
                        let _ = tell.send(line.rsplit(' ').next().unwrap_or_default().to_owned());
                        "235 ok\r\n"
                    }
                    "DATA" => "354 go\r\n",
                    "QUIT" => break,
                    // A letter's own lines get no answer until its end.
                    "MAIL" | "RCPT" | "." => "250 ok\r\n",
                    _ => continue,
                };
                if stream.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
        }
    });
    (port, told)
}

fn with_mail(port: u16) -> Deployment {
    Deployment {
        mail: Some(Mail {
            host: "127.0.0.1".to_owned(),
            port,
            is_tls: false,
            is_starttls: false,
            from: "noreply@ponimayu.example".to_owned(),
            from_name: "Понимаю".to_owned(),
            user: Some("ponimau".to_owned()),
        }),
        ..deployment("letters")
    }
}

async fn apply(house: &House, deployment: &Deployment, with_password: bool, password: Option<&str>) {
    let (realm, api) = (realm::realm(deployment), house.api(&deployment.name));
    let wanted = Parts::wanted(&realm);
    let plan = Plan::new(&wanted, upkeep::look(&api, &wanted).await.unwrap().as_ref(), with_password);
    assert_eq!(plan.needs_mail_password(&wanted), password.is_some(), "{plan}");
    assert!(!plan.to_string().contains("secret"), "{plan}");
    upkeep::carry_out(&api, &realm, &plan, password).await.unwrap();
}

/// The password that Keycloak's next letter comes with.
async fn comes_with(house: &House, told: &mpsc::Receiver<String>) -> String {
    let anna = house.get("/letters/users?username=anna").await[0]["id"].as_str().unwrap().to_owned();
    house.ask(Method::PUT, &format!("/letters/users/{anna}/execute-actions-email"), json!(["UPDATE_PASSWORD"])).await;
    let plain = told.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    // RFC 4616: whoever it is for, who asks, the password.
    String::from_utf8(STANDARD.decode(plain).unwrap()).unwrap().rsplit('\0').next().unwrap().to_owned()
}

pub async fn the_mail_servers_password_is_kept_and_put_in_when_told(house: &House) {
    let (port, told) = mail_server();
    apply(house, &with_mail(port), false, Some("first secret")).await;
    house.post("/letters/users", json!({ "username": "anna", "email": "anna@acme.example", "enabled": true })).await;
    assert_eq!(comes_with(house, &told).await, "first secret");

    // Another setting: the password stays.
    let renamed = Deployment { display_name: "Другое имя".to_owned(), ..with_mail(port) };
    apply(house, &renamed, false, None).await;
    assert_eq!(comes_with(house, &told).await, "first secret");
    assert!(house.plan(&renamed).await.is_empty());

    apply(house, &renamed, true, Some("second secret")).await;
    assert_eq!(comes_with(house, &told).await, "second secret");

    // It is for one server, and not for another.
    let (port, told) = mail_server();
    let moved = Deployment { display_name: "Другое имя".to_owned(), ..with_mail(port) };
    apply(house, &moved, false, Some("third secret")).await;
    assert_eq!(comes_with(house, &told).await, "third secret");
}
