//! The `ssh-keygen` of the machine, asked to sign: with keys that only it can use, those with a passphrase, and those that an
//! agent or a device holds.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::model::error::{Error, Result};
use crate::model::errors::signing::SigningError;

/// Signs a message for a namespace. What the program has to ask, it asks on the terminal. `key`: a private key, or the public
/// one of a key that an agent holds. Returns the signature, armored.
pub fn sign(key: &Path, namespace: &str, message: &[u8]) -> Result<String> {
    let failed = |why: String| {
        Error::Signing(SigningError::SshKeygen {
            key: key.to_owned(),
            why,
        })
    };
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "sign", "-n", namespace, "-f"]).arg(key);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|cause| failed(cause.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        // One that ends early says why on its own.
        let _ = input.write_all(message);
    }
    let output = child
        .wait_with_output()
        .map_err(|cause| failed(cause.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rev().find(|line| !line.trim().is_empty());
        return Err(failed(last.unwrap_or("it says nothing").trim().to_owned()));
    }
    String::from_utf8(output.stdout).map_err(|cause| failed(cause.to_string()))
}
