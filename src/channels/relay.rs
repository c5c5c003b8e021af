//! A conversation that ends at its deadline and brings no more than answers need. The mail library limits each read
//! alone, and a server can say a byte at a time, or a line without an end.

use std::io::{Error, ErrorKind, Read, Result, copy};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::mpsc::channel;
use std::thread;

use super::deadline::Deadline;

/// The limit on what a server says in one conversation.
const LONGEST: u64 = 1 << 20;

/// A port of this machine that leads to a server.
pub(super) struct Relay {
    listener: TcpListener,
    server: TcpStream,
    port: u16,
}

/// Why a conversation was cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Its time was over.
    Late,
    /// The server said more than answers need.
    TooLong,
}

impl Relay {
    /// Connects to the server.
    pub(super) fn to(host: &str, port: u16, deadline: Deadline) -> Result<Self> {
        let mut failed = Error::new(ErrorKind::NotFound, format!("{host} has no address"));
        for address in addresses(host, port, deadline)? {
            let left = deadline.left();
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(server) => {
                    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
                    let port = listener.local_addr()?.port();
                    return Ok(Self { listener, server, port });
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// The port.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Has a conversation through the port, and says why it was cut short where it was.
    pub(super) fn through<T>(self, deadline: Deadline, converse: impl FnOnce() -> T) -> (T, Option<Cut>) {
        let Self { listener, server, port } = self;
        thread::scope(|scope| {
            let carried = scope.spawn(move || carry(listener, &server, deadline));
            let said = converse();
            // Somebody who never came is not waited for.
            let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
            (said, carried.join().ok().flatten())
        })
    }
}

/// Carries the bytes of both sides until one of them ends, or the conversation is cut.
fn carry(listener: TcpListener, server: &TcpStream, deadline: Deadline) -> Option<Cut> {
    let (client, _) = listener.accept().ok()?;
    let client = &client;
    let (end, ended) = channel();
    let server_end = end.clone();
    let cut = thread::scope(|scope| {
        scope.spawn(move || {
            let _ = copy(&mut &*client, &mut &*server);
            let _ = end.send(None);
        });
        scope.spawn(move || {
            let carried = copy(&mut server.take(LONGEST), &mut &*client);
            let _ = server_end.send(carried.is_ok_and(|carried| carried == LONGEST).then_some(Cut::TooLong));
        });
        let cut = ended.recv_timeout(deadline.left()).unwrap_or(Some(Cut::Late));
        for side in [client, server] {
            let _ = side.shutdown(Shutdown::Both);
        }
        cut
    });
    // Whoever connected and was not taken is turned away.
    drop(listener);
    cut
}

/// The addresses of a host; the system's own search for them has no limit.
fn addresses(host: &str, port: u16, deadline: Deadline) -> Result<Vec<SocketAddr>> {
    let (found, addresses) = channel();
    let host = host.to_owned();
    thread::spawn(move || found.send((host.as_str(), port).to_socket_addrs().map(Vec::from_iter)));
    addresses.recv_timeout(deadline.left()).unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}
