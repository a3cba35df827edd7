//! What cargo's config calls a registry.

use toml::Table;

use crate::io::config::load::CargoConfig;
use crate::model::url::canonical;

impl CargoConfig {
    /// What this config calls the registry with this index: the names in the environment, else those in its files.
    pub fn registry_names(&self, index: &str) -> Vec<String> {
        let Some(wanted) = canonical(index) else {
            return Vec::new();
        };
        let is_it = |address: &str| canonical(address).is_some_and(|address| address == wanted);
        let mut names: Vec<String> = self
            .variables()
            .filter_map(|(key, value)| {
                let name = key.strip_prefix("CARGO_REGISTRIES_")?;
                let name = name.strip_suffix("_INDEX")?;
                is_it(value).then(|| name.to_lowercase())
            })
            .collect();
        if names.is_empty() {
            names = self.names_in_files(&is_it);
        }
        names.sort();
        names.dedup();
        names
    }

    /// The names of registries in files alone. Cargo would be told the others by the environment in any case.
    fn names_in_files(&self, is_it: &dyn Fn(&str) -> bool) -> Vec<String> {
        let tables = self.all(&["registries"]);
        let names = tables
            .iter()
            .filter_map(|tables| tables.value.as_table())
            .flat_map(Table::keys);
        let mut names: Vec<String> = names
            .filter(|name| {
                // A closer file may have another address under the same name.
                let index = self.get(&["registries", name, "index"]);
                index.is_some_and(|index| index.value.as_str().is_some_and(is_it))
            })
            .cloned()
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The names in files of a registry with this index, for a cargo that does not read them all.
    pub fn registry_names_in_files(&self, index: &str) -> Vec<String> {
        let Some(wanted) = canonical(index) else {
            return Vec::new();
        };
        let is_it = |address: &str| canonical(address).is_some_and(|address| address == wanted);
        self.names_in_files(&is_it)
    }
}
