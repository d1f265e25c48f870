//! Mail goes over the wire to a real SMTP server, which here keeps what it is given; or is kept in a folder.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use mail_parser::{MessageParser, MimeHeaders as _};
use mailin_embedded::{Handler, Response, Server, SslConfig, response};
use platform::mail::{CalendarPart, Mail, Mailer};

/// A mailbox server: takes mail for everybody but `nobody@…`.
#[derive(Clone, Default)]
struct Sink {
    taken: Arc<Mutex<Vec<String>>>,
    current: Vec<u8>,
}

impl Handler for Sink {
    fn rcpt(&mut self, to: &str) -> Response {
        if to.starts_with("nobody@") { response::NO_MAILBOX } else { response::OK }
    }

    fn data_start(&mut self, _domain: &str, _from: &str, _is_8bit: bool, _to: &[String]) -> Response {
        self.current.clear();
        response::OK
    }

    fn data(&mut self, part: &[u8]) -> io::Result<()> {
        self.current.extend_from_slice(part);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.taken.lock().unwrap().push(String::from_utf8(std::mem::take(&mut self.current)).unwrap());
        response::OK
    }

    fn helo(&mut self, _ip: IpAddr, _domain: &str) -> Response {
        response::OK
    }
}

/// Starts a sink; it ends with the test's process.
fn sink(ssl: SslConfig) -> (SocketAddr, Sink) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let sink = Sink::default();
    let mut server = Server::new(sink.clone());
    server.with_name("sink.example").with_ssl(ssl).unwrap().with_tcp_listener(listener);
    thread::spawn(move || server.serve().is_ok());
    (address, sink)
}

fn mail(to: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Ваша запись подтверждена".to_owned(),
        text: "Вы записаны.".to_owned(),
        html: "<p>Вы записаны.</p>".to_owned(),
        calendar: Some(CalendarPart {
            method: "REQUEST".to_owned(),
            ics: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n".to_owned(),
        }),
        id: "0192-once".to_owned(),
    }
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let (address, sink) = sink(SslConfig::None);
    let mailer = Mailer::smtp("Понимаю <noreply@ponimayu.example>", &format!("smtp://{address}"), None).unwrap();
    mailer.check().await.unwrap();
    mailer.send(&mail("anna@example.org")).await.unwrap();

    let taken = sink.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 1);
    let message = MessageParser::default().parse(taken[0].as_bytes()).unwrap();
    assert_eq!(message.subject(), Some("Ваша запись подтверждена"));
    assert_eq!(message.message_id(), Some("0192-once@ponimayu.example"), "a retry is recognisable");
    assert_eq!(message.from().and_then(|from| from.first()).and_then(|a| a.address()), Some("noreply@ponimayu.example"));
    assert_eq!(message.body_text(0).as_deref().map(str::trim), Some("Вы записаны."));
    let calendar = message
        .parts
        .iter()
        .find(|part| part.content_type().is_some_and(|t| t.c_type == "text" && t.c_subtype.as_deref() == Some("calendar")));
    // RFC 6047 §2.4: the parameter equals METHOD in the object.
    assert_eq!(calendar.and_then(|part| part.content_type()).and_then(|t| t.attribute("method")), Some("REQUEST"));
}

#[tokio::test]
async fn a_refusal_is_an_error_that_does_not_name_the_person() {
    let (address, sink) = sink(SslConfig::None);
    let mailer = Mailer::smtp("noreply@ponimayu.example", &format!("smtp://{address}"), None).unwrap();
    let error = format!("{:#}", mailer.send(&mail("nobody@example.org")).await.unwrap_err());
    assert!(error.contains("permanent=true") && !error.contains("nobody"), "{error}");
    assert!(sink.taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_cannot_prove_its_name_gets_no_mail() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (cert_path, key_path) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert_path, made.cert.pem()).unwrap();
    std::fs::write(&key_path, made.signing_key.serialize_pem()).unwrap();
    let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let (address, sink) = sink(SslConfig::SelfSigned { cert_path: path(&cert_path), key_path: path(&key_path) });

    let mailer = Mailer::smtp("noreply@ponimayu.example", &format!("smtp://{address}?tls=required"), None).unwrap();
    assert!(mailer.check().await.is_err());
    assert!(mailer.send(&mail("anna@example.org")).await.is_err());
    assert!(sink.taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_is_away_is_said_to_be() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mailer = Mailer::smtp("noreply@ponimayu.example", &format!("smtp://{address}"), None).unwrap();
    assert!(format!("{:#}", mailer.check().await.unwrap_err()).contains("does not answer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_kept_is_whole_as_soon_as_it_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = Mailer::folder("Понимаю <noreply@ponimayu.example>", folder.path()).unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let watching = {
        let (folder, is_over) = (folder.path().to_owned(), is_over.clone());
        thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                for entry in folder.read_dir().unwrap().map(Result::unwrap) {
                    let name = entry.file_name().into_string().unwrap();
                    assert!(!name.ends_with(".eml") || name.starts_with("one-"), "{name}");
                }
            }
        })
    };
    for at in 0..500 {
        mailer.send(&Mail { id: format!("one-{at}"), ..mail("anna@example.org") }).await.unwrap();
    }
    is_over.store(true, Ordering::Relaxed);
    watching.join().unwrap();
    assert_eq!(folder.path().read_dir().unwrap().count(), 500, "no draft is left");
}
