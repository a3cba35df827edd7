//! Single flight: concurrent requests for the same thing share one piece of work.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::watch;

/// What is under way, by what it is about.
pub struct SingleFlight<K, V> {
    under_way: Arc<Mutex<HashMap<K, watch::Receiver<Option<V>>>>>,
}

impl<K, V> Default for SingleFlight<K, V> {
    fn default() -> Self {
        Self {
            under_way: Arc::default(),
        }
    }
}

/// The end of a piece of work: until it is dropped, others find its result instead of beginning anew.
pub struct Flight<K: Eq + Hash, V> {
    key: K,
    under_way: Arc<Mutex<HashMap<K, watch::Receiver<Option<V>>>>>,
    result: watch::Sender<Option<V>>,
    closed: AtomicBool,
}

impl<K: Eq + Hash, V> Flight<K, V> {
    /// Gives waiting requests the result. The work may go on after that.
    pub fn tell(&self, value: V) {
        self.result.send_replace(Some(value));
    }

    /// Gives waiting requests the result. Later requests start new work.
    pub fn close(self, value: V) {
        self.remove();
        self.result.send_replace(Some(value));
    }

    /// Removes the key, so that later requests start new work; waiting requests still get this result.
    pub fn over(&self) {
        self.remove();
    }

    fn remove(&self) {
        if !self.closed.swap(true, Ordering::Relaxed) {
            self.under_way
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&self.key);
        }
    }
}

impl<K: Eq + Hash, V> Drop for Flight<K, V> {
    fn drop(&mut self) {
        self.remove();
    }
}

impl<K, V> SingleFlight<K, V>
where
    K: Eq + Hash + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Whether work on `key` is under way.
    pub fn holds(&self, key: &K) -> bool {
        let under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        under_way.contains_key(key)
    }

    /// The result of the work on `key`, which is begun on `runtime` unless it is under way. It goes on when nobody waits for
    /// it any more: the next one will want it. `None`: it panicked.
    pub async fn join<F>(
        &self,
        runtime: &Handle,
        key: &K,
        work: impl FnOnce(Flight<K, V>) -> F,
    ) -> Option<V>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut receiver = {
            let mut under_way = self
                .under_way
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(receiver) = under_way.get(key) {
                receiver.clone()
            } else {
                let (sender, receiver) = watch::channel(None);
                under_way.insert(key.clone(), receiver.clone());
                let open = Flight {
                    key: key.clone(),
                    under_way: Arc::clone(&self.under_way),
                    result: sender,
                    closed: AtomicBool::new(false),
                };
                drop(runtime.spawn(work(open)));
                receiver
            }
        };
        let told = receiver.wait_for(Option::is_some).await;
        told.ok().and_then(|told| told.clone())
    }

    pub fn len(&self) -> usize {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
