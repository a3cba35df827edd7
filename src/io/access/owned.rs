//! Records of crates: owners, and who published what.

use std::path::PathBuf;

use crate::io::access::store::{AccessStore, missing, read};
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
        read(&self.crate_path(registry, name)?)
    }

    /// Changes what is recorded of a crate, under the lock of the accounts: `change` gets what is there and returns what shall be,
    /// or an error, with which nothing is written. Whoever calls may hold the lock of index files.
    pub fn change_crate<T>(
        &self,
        registry: &str,
        name: &CrateName,
        change: impl FnOnce(Option<CrateRecord>) -> Result<(CrateRecord, T)>,
    ) -> Result<T> {
        let path = self.crate_path(registry, name)?;
        let _held = self.hold()?;
        let before: Option<CrateRecord> = read(&path)?;
        let (after, result) = change(before.clone())?;
        if before.as_ref() != Some(&after) {
            self.write(&path, &after)?;
        }
        Ok(result)
    }

    /// The owners of a crate; none: the administrators.
    pub fn owners(&self, registry: &str, name: &CrateName) -> Result<Vec<Owner>> {
        let record = self.crate_record(registry, name)?;
        Ok(record.map(|record| record.owners).unwrap_or_default())
    }

    /// Adds owners, which must be users and teams that are here. Returns a sentence for whoever did it.
    pub fn add_owners(&self, registry: &str, name: &CrateName, owners: &[Owner]) -> Result<String> {
        for owner in owners {
            self.must_exist(owner)?;
        }
        self.change_owners(registry, name, |record| Ok(record.add_owners(owners)?))
    }

    /// Removes owners, all or none. The last one cannot go.
    pub fn remove_owners(
        &self,
        registry: &str,
        name: &CrateName,
        owners: &[Owner],
    ) -> Result<String> {
        self.change_owners(registry, name, |record| Ok(record.remove_owners(owners)?))
    }

    fn change_owners(
        &self,
        registry: &str,
        name: &CrateName,
        change: impl FnOnce(&mut CrateRecord) -> Result<String, AccessError>,
    ) -> Result<String> {
        self.change_crate(registry, name, |record| {
            let mut record = record.ok_or_else(|| AccessError::NoSuchCrate {
                registry: registry.to_owned(),
                name: name.to_string(),
            })?;
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
        let registries = std::fs::read_dir(self.folder.join("crates"));
        for registry in registries.into_iter().flatten().flatten() {
            let registry = registry.file_name().to_string_lossy().into_owned();
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

    fn crate_path(&self, registry: &str, name: &CrateName) -> Result<PathBuf> {
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if registry.is_empty() || registry.starts_with('.') || !registry.bytes().all(sound) {
            let said = format!("`{}` is not the name of a registry", printable(registry));
            return Err(Error::Access(AccessError::Invalid(said)));
        }
        let folder = self.folder.join("crates").join(registry);
        Ok(folder.join(format!("{}.json", canonical(name))))
    }
}
