//! Work that may wait: on few threads of its own, which give way to all others.

use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::model::error::{Error, Result};

type Job = Box<dyn FnOnce() + Send>;

/// How much later its threads are when a core is wanted by others, too: a tenth of the time is theirs then.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Threads for work that keeps a core busy and that nobody else is to notice. There is one less than there are cores, and one
/// at least. They end when it is dropped and all work is done.
#[derive(Debug)]
pub struct Background {
    jobs: Sender<Job>,
}

impl Background {
    pub fn new(name: &str) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let (jobs, waiting) = mpsc::channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..cores.saturating_sub(1).max(1) {
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new().name(name.to_owned());
            // Without any thread the work fails, and says so.
            let _ = thread.spawn(move || work(&waiting));
        }
        Self { jobs }
    }

    /// Does this when it is its turn. Whoever stops waiting is not worked for.
    pub async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (send, done) = oneshot::channel();
        let job = move || {
            if !send.is_closed() {
                let _ = send.send(work());
            }
        };
        let _ = self.jobs.send(Box::new(job));
        done.await.unwrap_or(Err(Error::Panicked { doing }))
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    give_way();
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(job) = next else {
            return;
        };
        // Whoever waits for it is told by its channel.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
    }
}

/// Lowers the priority of the thread that calls.
#[cfg(target_os = "linux")]
fn give_way() {
    // On Linux priorities are those of threads, and 0 is the one that calls. Nobody may be denied a lower one.
    let _ = rustix::process::setpriority_process(None, NICE);
}

/// Elsewhere priorities are those of whole processes: the system shares its cores out as it does among all threads.
#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_in_turn_and_what_breaks_breaks_alone() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let background = Background::new("test");
        runtime.block_on(async {
            let broken = background.run::<()>("breaking", || panic!("on purpose"));
            assert!(matches!(
                broken.await,
                Err(Error::Panicked { doing: "breaking" })
            ));
            for number in 0..100 {
                let done = background.run("counting", move || Ok(number));
                assert_eq!(done.await.unwrap(), number);
            }
        });
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn its_threads_give_way_and_others_do_not() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        let background = Background::new("test");
        let asked = background.run("asking", move || Ok(nice()));
        let there = runtime.block_on(asked).unwrap();
        assert_eq!((there, nice()), (NICE.max(before), before));
    }
}
