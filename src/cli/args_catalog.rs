//! Arguments of `search`, `show` and `catalog`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::model::search::text::Sort;

#[derive(Debug, Args)]
#[command(after_help = SEARCH_HELP)]
pub struct Search {
    /// Words that stand in the name, the keywords or the description
    #[arg(value_name = "WORDS", required = true)]
    pub words: Vec<String>,
    /// Look at names alone
    #[arg(long)]
    pub names: bool,
    /// What comes first: what fits best (the default), what is used most, what was published last, or by name
    #[arg(long, value_name = "ORDER")]
    pub sort: Option<SearchOrder>,
    /// Show at most N crates
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
    #[command(flatten)]
    pub registry: RegistryArgument,
}

const SEARCH_HELP: &str = "\
All words must occur. Exit status: 0 if something is found, 1 if not.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SearchOrder {
    /// The most used first: by downloads where a database dump is known, else by dependants
    Use,
    /// The last published first
    Recent,
    /// By name
    Name,
}

impl From<SearchOrder> for Sort {
    fn from(order: SearchOrder) -> Self {
        match order {
            SearchOrder::Use => Self::Use,
            SearchOrder::Recent => Self::Recent,
            SearchOrder::Name => Self::Name,
        }
    }
}

#[derive(Debug, Args)]
pub struct RegistryArgument {
    /// Registry to look at: a hosted one, `crates-io`, or another of the mirror [default: crates-io]
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Show {
    /// Crate, or one version of it
    #[arg(value_name = "NAME[@VERSION]")]
    pub package: String,
    /// Also list its dependencies
    #[arg(long)]
    pub deps: bool,
    /// Also list crates whose newest version depends on it
    #[arg(long)]
    pub dependants: bool,
    /// Also list its features, and what each turns on
    #[arg(long)]
    pub features: bool,
    /// Also print its readme
    #[arg(long)]
    pub readme: bool,
    #[command(flatten)]
    pub registry: RegistryArgument,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct CatalogArguments {
    #[command(subcommand)]
    pub command: Option<CatalogCommand>,
}

#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// List what can be searched for, what it is made of, and of what day that is
    Status,
    /// Make a catalogue anew of what is in the mirror; what a database dump has said stays
    Rebuild(RegistryArgument),
    /// Take a database dump of crates.io: descriptions, downloads, owners, deleted names
    Import {
        /// The dump, `db-dump.tar.gz` [default: `catalog.dump` of mirror.toml, fetched once a day at most]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}
