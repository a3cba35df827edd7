//! Which crates a run looks at, and what they are judged by.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::io::access::private_names::PrivateNames;
use crate::io::fs::file;
use crate::io::mirror::in_use::{InUse, Use};
use crate::io::mirror::index_cache::IndexCache;
use crate::io::mirror::known_files::KnownFiles;
use crate::io::task::{blocking, workers};
use crate::io::upstream::registry::Upstream;
use crate::model::error::Result;
use crate::model::package::id::CrateName;
use crate::model::settings::sync::selection_text;
use crate::ops::sync::closure::{Closed, ClosureSource};
use crate::ops::sync::finish::Looked;
use crate::ops::sync::heal::{self, CopyGaps};
use crate::ops::sync::judge::Judge;
use crate::ops::sync::missing::in_turn;
use crate::ops::sync::names::{self, GivenNames};
use crate::ops::sync::options::SyncReport;
use crate::ops::sync::run::SyncRun;
use crate::ops::sync::scope::{self, Scope, Upstreams};

impl SyncRun<'_> {
    /// Looks at every crate that may have changed.
    pub(super) async fn look(
        &self,
        known: KnownFiles,
        upstreams: Upstreams,
        due: Vec<String>,
        healing: bool,
        report: &mut SyncReport,
    ) -> Result<()> {
        let options = self.options;
        let common = self.common;
        let in_use = self.prepared().await?;
        let upstream = self
            .access
            .open_for_copy(options.contact.clone(), options.pace)?;
        let private = options
            .registry
            .is_crates_io()
            .then(|| PrivateNames::read(&common.mirror.folder));
        let private = private.transpose()?;
        let found = self.found(healing).await?;
        let given = self.given().await?;
        let mut scope = Scope {
            selection: &options.selection,
            top: given.top.as_ref(),
            known: &known,
            found: &found,
            roots: scope::lower_names(self.roots.keys()),
            due: scope::lower_names(&due),
            named: &given.names,
            chosen: None,
            healing,
        };
        let closed = self
            .closed(&upstream, &upstreams, private.as_ref(), &scope)
            .await?;
        if let Some(of) = &closed {
            scope.chosen = Some(scope::lower_names(of.chosen.keys()));
        }
        let touches = match &upstreams.tree {
            Some(tree) => scope.of_tree(tree),
            None => scope.of_names()?,
        };
        report.crates = upstreams
            .tree
            .as_ref()
            .map_or(touches.len(), |tree| tree.files.len());
        report.contents_sent = upstreams.contents_sent;
        let of = found.here.len().max(known.ids.len());
        let judge = Judge {
            upstream,
            store: Arc::clone(&self.store),
            selection: options.selection.clone(),
            given,
            cache: closed.is_some().then(|| self.cache()),
            roots: self.roots.clone(),
            private,
            troubles: self.state.troubles()?,
            removed: self.state.removed()?,
            retry_all: options.heal || options.full,
            dry_run: options.dry_run,
            is_bare: found.is_bare,
            now: self.began,
            in_turn: in_turn(touches.len(), common.upstream.jobs),
            // A few less than the host's gate has: it would look for long transfers before each request.
            slots: (0..workers())
                .map(|_| {
                    Semaphore::new((common.upstream.jobs - common.upstream.jobs / 16) / workers())
                })
                .collect(),
            watch: Arc::clone(&common.mirror.watch),
            chosen: None,
        };
        let looked = Looked {
            known,
            upstreams,
            closed,
            healing,
            of,
        };
        self.judge(judge, touches, common.upstream.jobs, looked, in_use, report)
            .await
    }

    async fn found(&self, healing: bool) -> Result<CopyGaps> {
        let store = Arc::clone(&self.store);
        // With everything selected it need not be known what is here.
        let names = !self.options.selection.is_everything() || self.git.is_none();
        blocking("looking at the mirror", move || {
            if healing {
                heal::compare(&store)
            } else if names {
                Ok(CopyGaps {
                    here: heal::here(&store)?,
                    ..CopyGaps::default()
                })
            } else {
                Ok(CopyGaps::default())
            }
        })
        .await
    }

    /// Names that somebody gives, and what is known of them.
    async fn given(&self) -> Result<GivenNames> {
        let path = self.options.names_from.as_ref();
        let path = path.map(|path| file::absolute(path, &self.common.place.cwd));
        let (selection, sizes) = (self.options.selection.clone(), self.options.dry_run);
        let reading = move || names::given(path.as_deref(), &selection, sizes);
        let given = blocking("reading names", reading).await?;
        if let Some(top) = given.top.as_ref().filter(|_| !self.options.dry_run) {
            let top: Vec<CrateName> = top.iter().cloned().collect();
            self.state.write_top(&top)?;
        }
        Ok(given)
    }

    /// Keeps `gc` out, and makes folders. A run that only looks does neither.
    async fn prepared(&self) -> Result<Option<InUse>> {
        if self.options.dry_run {
            return Ok(None);
        }
        let (common, store) = (self.common.clone(), Arc::clone(&self.store));
        let preparing = move || {
            let in_use = common.mirror.in_use(Use::Add)?;
            store.create()?;
            store.begin()?;
            Ok(in_use)
        };
        let in_use = blocking("preparing the mirror", preparing).await?;
        let text = selection_text(&self.options.selection);
        self.state.write_selection(&text)?;
        Ok(Some(in_use))
    }

    /// Where index files are kept for the next closure.
    fn cache(&self) -> IndexCache {
        IndexCache::of(
            &self.common.mirror.folder,
            &format!("sync {}", self.access.key()),
        )
    }

    /// The closure, where the selection asks for one.
    async fn closed(
        &self,
        upstream: &Upstream,
        upstreams: &Upstreams,
        private: Option<&PrivateNames>,
        scope: &Scope<'_>,
    ) -> Result<Option<Closed>> {
        let selection = &self.options.selection;
        if selection.is_plain() || selection.is_everything() {
            return Ok(None);
        }
        let cache = self.cache();
        let source = ClosureSource {
            upstream,
            cache: &cache,
            tree: upstreams.tree.as_ref(),
            private,
            now: self.began,
            jobs: self.common.upstream.jobs,
        };
        let names: BTreeSet<CrateName> = match &upstreams.tree {
            Some(tree) => scope::parsed(tree.files.names()).collect(),
            None => scope
                .of_names()?
                .into_iter()
                .map(|touch| touch.name)
                .collect(),
        };
        let taken = names.into_iter().filter(|name| scope.takes(name)).collect();
        source.close(selection, &taken, &self.roots).await.map(Some)
    }
}
