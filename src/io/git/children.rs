//! Processes that this one has started, and ends.

use std::process::Child;

/// Ends a process and those that it has started, which would go on to wait for what they wait for.
#[cfg(target_os = "linux")]
pub fn end(mut child: Child) {
    use std::thread::sleep;
    use std::time::Duration;

    use rustix::process::{Pid, Signal, kill_process};
    /// It may remove what it has half written.
    const FAREWELL: Duration = Duration::from_secs(2);
    const LOOK: Duration = Duration::from_millis(20);
    let ask = |process: u32| {
        let process = i32::try_from(process).ok().and_then(Pid::from_raw);
        // One that has ended by itself is well.
        process.map(|process| kill_process(process, Signal::TERM))
    };
    let started = started_by(child.id());
    let _ = ask(child.id());
    for process in started {
        let _ = ask(process);
    }
    let mut waited = Duration::ZERO;
    while waited < FAREWELL && matches!(child.try_wait(), Ok(None)) {
        sleep(LOOK);
        waited += LOOK;
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(not(target_os = "linux"))]
pub fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The processes that a process has started, and those that these have.
#[cfg(target_os = "linux")]
fn started_by(process: u32) -> Vec<u32> {
    let mut all = Vec::new();
    let mut parents = vec![process];
    while let Some(parent) = parents.pop() {
        let path = format!("/proc/{parent}/task/{parent}/children");
        let children = std::fs::read_to_string(path).unwrap_or_default();
        let children = children.split_whitespace().filter_map(|id| id.parse().ok());
        let children: Vec<u32> = children.collect();
        parents.extend(&children);
        all.extend(children);
    }
    all
}
