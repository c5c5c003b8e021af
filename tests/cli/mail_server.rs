//! A mail server that speaks SMTP over a real socket, and misbehaves as it is told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How the server behaves.
#[derive(Clone, Default)]
pub(crate) struct Behaviour {
    /// TLS on request.
    pub(crate) starttls: bool,
    /// TLS from the beginning.
    pub(crate) implicit_tls: bool,
    /// The user and the password that it asks for.
    pub(crate) auth: Option<(&'static str, &'static str)>,
    /// A recipient that it does not take.
    pub(crate) refuse: Option<&'static str>,
    /// How many recipients are told to come again.
    pub(crate) greylist: usize,
    /// How often it hangs up in the middle of a message.
    pub(crate) drop_in_data: usize,
    /// It takes the connection and never says a word.
    pub(crate) silent: bool,
    /// What it says to a whole message in place of taking it.
    pub(crate) reply_to_data: Option<&'static str>,
    /// Its certificate is for another host.
    pub(crate) wrong_name: bool,
}

/// A message that it took.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) data: String,
    pub(crate) tls: bool,
    pub(crate) user: Option<String>,
}

impl Received {
    /// The value of a header, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let prefix = format!("{}: ", name.to_ascii_lowercase());
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&prefix))?;
        Some(line[prefix.len()..].to_owned())
    }
}

/// The server; it ends with the test.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    /// The certificate to trust, for `SSL_CERT_FILE`.
    pub(crate) certificate: PathBuf,
    taken: Arc<Mutex<Vec<Received>>>,
    _folder: tempfile::TempDir,
}

/// What is left of the misbehaviour, and what was taken.
struct State {
    behaviour: Behaviour,
    tls: Arc<ServerConfig>,
    left: Mutex<(usize, usize)>,
    taken: Arc<Mutex<Vec<Received>>>,
}

impl MailServer {
    pub(crate) fn start(behaviour: Behaviour) -> Self {
        let names =
            if behaviour.wrong_name { vec!["elsewhere.example".to_owned()] } else { vec!["localhost".to_owned()] };
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let certificate = folder.path().join("certificate.pem");
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let left = Mutex::new((behaviour.greylist, behaviour.drop_in_data));
        let state = Arc::new(State { behaviour, tls: Arc::new(tls), left, taken: Arc::clone(&taken) });
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                // A client that hangs up ends the conversation; what was taken is what counts.
                std::thread::spawn(move || drop(converse(&state, stream)));
            }
        });
        Self { port, certificate, taken, _folder: folder }
    }

    pub(crate) fn taken(&self) -> Vec<Received> {
        self.taken.lock().unwrap().clone()
    }
}

/// A stream that is read by lines.
struct Lines<S> {
    stream: S,
    read: Vec<u8>,
}

impl<S: Read + Write> Lines<S> {
    fn line(&mut self) -> std::io::Result<String> {
        loop {
            if let Some(end) = self.read.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.read.drain(..end + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            self.fill()?;
        }
    }

    /// A message up to the line with a dot alone.
    fn message(&mut self) -> std::io::Result<String> {
        let mut looked_at = 0;
        loop {
            let end = self.read[looked_at..].windows(5).position(|end| end == b"\r\n.\r\n").map(|end| end + looked_at);
            if let Some(end) = end {
                let message: Vec<u8> = self.read.drain(..end + 5).collect();
                let text = String::from_utf8(message[..end + 2].to_vec()).unwrap();
                return Ok(text.replace("\r\n..", "\r\n."));
            }
            looked_at = self.read.len().saturating_sub(4);
            self.fill()?;
        }
    }

    fn fill(&mut self) -> std::io::Result<()> {
        let mut bytes = [0; 64 * 1024];
        let count = self.stream.read(&mut bytes)?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.read.extend_from_slice(&bytes[..count]);
        Ok(())
    }

    fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{line}\r\n").as_bytes())?;
        self.stream.flush()
    }
}

fn converse(state: &State, stream: TcpStream) -> std::io::Result<()> {
    if state.behaviour.silent {
        std::thread::sleep(std::time::Duration::from_secs(600));
        return Ok(());
    }
    if state.behaviour.implicit_tls {
        let mut lines = Lines { stream: encrypted(state, stream), read: Vec::new() };
        lines.say("220 ready")?;
        return talk(state, &mut lines, true).map(|_| ());
    }
    let mut lines = Lines { stream, read: Vec::new() };
    lines.say("220 ready")?;
    if talk(state, &mut lines, false)? {
        let mut lines = Lines { stream: encrypted(state, lines.stream), read: Vec::new() };
        talk(state, &mut lines, true)?;
    }
    Ok(())
}

fn encrypted(state: &State, stream: TcpStream) -> StreamOwned<ServerConnection, TcpStream> {
    StreamOwned::new(ServerConnection::new(Arc::clone(&state.tls)).unwrap(), stream)
}

/// Talks until the end, or until TLS is asked for: `true` then.
fn talk<S: Read + Write>(state: &State, lines: &mut Lines<S>, tls: bool) -> std::io::Result<bool> {
    let behaviour = &state.behaviour;
    let (mut from, mut to, mut user) = (String::new(), Vec::new(), None);
    loop {
        let line = lines.line()?;
        let word = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
        match word.as_str() {
            "EHLO" => {
                lines.say("250-localhost")?;
                if behaviour.starttls && !tls {
                    lines.say("250-STARTTLS")?;
                } else if behaviour.auth.is_some() {
                    lines.say("250-AUTH PLAIN LOGIN")?;
                }
                lines.say("250 8BITMIME")?;
            }
            "STARTTLS" => {
                lines.say("220 go ahead")?;
                return Ok(true);
            }
            "AUTH" => {
                let (name, password) = behaviour.auth.unwrap();
                let expected = base64(format!("\0{name}\0{password}").as_bytes());
                if line.split(' ').nth(2) == Some(expected.as_str()) {
                    user = Some(name.to_owned());
                    lines.say("235 welcome")?;
                } else {
                    lines.say("535 who are you")?;
                }
            }
            "MAIL" if behaviour.auth.is_some() && user.is_none() => lines.say("530 who are you")?,
            "MAIL" => {
                from = address(&line);
                lines.say("250 ok")?;
            }
            "RCPT" => {
                let recipient = address(&line);
                let mut left = state.left.lock().unwrap();
                if left.0 > 0 {
                    left.0 -= 1;
                    lines.say("451 come again later")?;
                } else if behaviour.refuse == Some(recipient.as_str()) {
                    lines.say("550 nobody here by that name")?;
                } else {
                    to.push(recipient);
                    lines.say("250 ok")?;
                }
            }
            "DATA" => {
                lines.say("354 go on")?;
                let drops = {
                    let mut left = state.left.lock().unwrap();
                    let drops = left.1 > 0;
                    left.1 = left.1.saturating_sub(1);
                    drops
                };
                if drops {
                    lines.fill()?;
                    return Ok(false);
                }
                let data = lines.message()?;
                match behaviour.reply_to_data {
                    Some(reply) => lines.say(reply)?,
                    None => {
                        let (from, to, user) = (from.clone(), std::mem::take(&mut to), user.clone());
                        state.taken.lock().unwrap().push(Received { from, to, data, tls, user });
                        lines.say("250 queued as 4711")?;
                    }
                }
            }
            "QUIT" => {
                lines.say("221 bye")?;
                return Ok(false);
            }
            _ => lines.say("250 ok")?,
        }
    }
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().chain([&0, &0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for n in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * n) & 63) as usize];
            text.push(if n <= three.len() { sign as char } else { '=' });
        }
    }
    text
}
