//! A word to systemd, if it listens (`sd_notify`).

use crate::io::config::load::Environment;

/// Tells the service manager how the server is: `READY=1`, `STOPPING=1`. Nobody need be listening.
#[cfg(unix)]
pub fn notify(environment: &Environment, state: &str) {
    use std::os::unix::net::UnixDatagram;
    let Some(place) = environment
        .get("NOTIFY_SOCKET")
        .filter(|place| !place.is_empty())
    else {
        return;
    };
    let Ok(socket) = UnixDatagram::unbound() else {
        return;
    };
    #[cfg(target_os = "linux")]
    if let Some(name) = place.strip_prefix('@') {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::SocketAddr;
        if let Ok(address) = SocketAddr::from_abstract_name(name) {
            let _ = socket.send_to_addr(state.as_bytes(), &address);
        }
        return;
    }
    let _ = socket.send_to(state.as_bytes(), place);
}

#[cfg(not(unix))]
pub fn notify(_environment: &Environment, _state: &str) {}
