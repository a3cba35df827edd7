//! Records of crates: owners, and who published what.

use crate::io::access::store::{AccessStore, RecordChange, missing};
use crate::model::access::owners::{CrateRecord, Owner};
use crate::model::access::people::Login;
use crate::model::access::scope::canonical;
use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;
use crate::model::package::id::CrateName;
use crate::model::text::printable;

impl AccessStore {
    /// What is recorded of a crate, whatever spelling of its name is given; `None` where nothing is.
    pub fn crate_record(&self, registry: &str, name: &CrateName) -> Result<Option<CrateRecord>> {
        self.read(&crate_key(registry, name)?)
    }

    /// Everything that is recorded of the crates of a registry.
    pub fn crate_records(&self, registry: &str) -> Result<Vec<CrateRecord>> {
        self.list(&format!("crates/{registry}"))
    }

    /// Changes what is recorded of a crate: `change` gets what is there and returns what shall be, or an error, with which
    /// nothing is written. It may be called again, where another server was faster. Whoever calls may hold the lock of index
    /// files.
    pub fn change_crate<T>(
        &self,
        registry: &str,
        name: &CrateName,
        mut change: impl FnMut(Option<CrateRecord>) -> Result<(CrateRecord, T)>,
    ) -> Result<T> {
        self.change(
            &crate_key(registry, name)?,
            |before: Option<CrateRecord>| {
                let (after, result) = change(before.clone())?;
                if before.as_ref() == Some(&after) {
                    return Ok((RecordChange::Keep, result));
                }
                Ok((RecordChange::Write(after), result))
            },
        )
    }

    /// The owners of a crate; none: the administrators.
    pub fn owners(&self, registry: &str, name: &CrateName) -> Result<Vec<Owner>> {
        let record = self.crate_record(registry, name)?;
        Ok(record.map(|record| record.owners).unwrap_or_default())
    }

    /// Adds owners, which must be users and teams that are here. Returns a sentence for whoever did it.
    pub fn add_owners(&self, registry: &str, name: &CrateName, owners: &[Owner]) -> Result<String> {
        self.add_owners_if(registry, name, owners, |_| Ok(()))
    }

    /// As [`Self::add_owners`], where `may` lets it, by the owners that there are at that moment.
    pub fn add_owners_if(
        &self,
        registry: &str,
        name: &CrateName,
        owners: &[Owner],
        may: impl Fn(&[Owner]) -> Result<()>,
    ) -> Result<String> {
        let said = self.change_owners(registry, name, |record| {
            may(&record.owners)?;
            self.must_all_exist(owners)?;
            Ok(record.add_owners(owners).map_err(AccessError::from)?)
        })?;
        // A team that was removed in the same moment owns nothing.
        if self.must_all_exist(owners).is_ok() {
            return Ok(said);
        }
        let gone = self.change_crate(registry, name, |record| {
            let mut record = record.ok_or_else(|| no_such_crate(registry, name))?;
            let mut gone = None;
            // One look at each decides what stays and what is said of it: a removal may end in putting its team back.
            record.owners.retain(|owner| {
                let looked = owners.contains(owner).then(|| self.must_exist(owner));
                let absent = looked.and_then(Result::err);
                let stays = absent.is_none();
                gone = gone.take().or(absent);
                stays
            });
            Ok((record, gone))
        })?;
        gone.map_or(Ok(said), Err)
    }

    /// Whether all are users and teams that are here.
    pub fn must_all_exist(&self, owners: &[Owner]) -> Result<()> {
        owners.iter().try_for_each(|owner| self.must_exist(owner))
    }

    /// Removes owners, all or none. The last one cannot go.
    pub fn remove_owners(
        &self,
        registry: &str,
        name: &CrateName,
        owners: &[Owner],
    ) -> Result<String> {
        self.remove_owners_if(registry, name, owners, |_| Ok(()))
    }

    /// As [`Self::remove_owners`], where `may` lets it.
    pub fn remove_owners_if(
        &self,
        registry: &str,
        name: &CrateName,
        owners: &[Owner],
        may: impl Fn(&[Owner]) -> Result<()>,
    ) -> Result<String> {
        self.change_owners(registry, name, |record| {
            may(&record.owners)?;
            Ok(record.remove_owners(owners).map_err(AccessError::from)?)
        })
    }

    fn change_owners(
        &self,
        registry: &str,
        name: &CrateName,
        change: impl Fn(&mut CrateRecord) -> Result<String>,
    ) -> Result<String> {
        self.change_crate(registry, name, |record| {
            let mut record = record.ok_or_else(|| no_such_crate(registry, name))?;
            let said = change(&mut record)?;
            Ok((record, said))
        })
    }

    fn must_exist(&self, owner: &Owner) -> Result<()> {
        match owner {
            Owner::User(login) => self.must_be_user(login).map(drop),
            Owner::Team(name) => match self.team(name)? {
                Some(_) => Ok(()),
                None => Err(missing("team", name)),
            },
        }
    }

    /// Each crate that a team owns, as `registry/name`.
    pub(super) fn crates_of_team(&self, team: &Login) -> Result<Vec<String>> {
        let mut owned = Vec::new();
        for registry in self.records.names("crates")? {
            let records: Vec<CrateRecord> = self.list(&format!("crates/{registry}"))?;
            let by_team = Owner::Team(team.clone());
            let of_team = records
                .into_iter()
                .filter(|it| it.owners.contains(&by_team));
            owned.extend(of_team.map(|record| format!("{registry}/{}", record.name)));
        }
        owned.sort();
        Ok(owned)
    }
}

fn no_such_crate(registry: &str, name: &CrateName) -> Error {
    Error::Access(AccessError::NoSuchCrate {
        registry: registry.to_owned(),
        name: name.to_string(),
    })
}

fn crate_key(registry: &str, name: &CrateName) -> Result<String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if registry.is_empty() || registry.starts_with('.') || !registry.bytes().all(sound) {
        let said = format!("`{}` is not the name of a registry", printable(registry));
        return Err(Error::Access(AccessError::Invalid(said)));
    }
    Ok(format!("crates/{registry}/{}.json", canonical(name)))
}
