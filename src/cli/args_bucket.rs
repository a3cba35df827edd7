//! The arguments of `push`, `pull` and `doctor`.

use clap::{Args, Subcommand};

/// The commands about mirrors in object stores.
#[derive(Debug, Subcommand)]
pub enum BucketCommand {
    /// Copy the mirror into a bucket, as far as the bucket lacks it
    Push(Push),
    /// Copy a mirror in a bucket into this one, as far as this one lacks it
    Pull(Pull),
    /// Test whether an object store supports conditional writes, and say what a mirror may do there
    Doctor(Doctor),
}

const KEYS_HELP: &str = "\
Keys, regions and endpoints are taken from the environment, by the names that the stores' own tools know (AWS_*, GOOGLE_*, \
AZURE_*), and from the roles of the machine. `cargo mirror help buckets` has examples.";

#[derive(Debug, Args)]
#[command(after_help = KEYS_HELP)]
pub struct Push {
    /// `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`
    #[arg(value_name = "URL")]
    pub url: String,
    /// Address at which clients read the bucket: makes it a registry that plain cargo uses
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Also remove from the bucket what this mirror does not have
    #[arg(long)]
    pub delete: bool,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = KEYS_HELP)]
pub struct Pull {
    /// `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`
    #[arg(value_name = "URL")]
    pub url: String,
    /// Also remove from this mirror what the bucket does not have
    #[arg(long)]
    pub delete: bool,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

const DOCTOR_HELP: &str = "\
Writes some small objects below .mirror/probe/ and deletes them. The exit status is 0 if many servers may share the bucket, \
1 if only one may write to it at a time or none.";

#[derive(Debug, Args)]
#[command(after_help = DOCTOR_HELP)]
pub struct Doctor {
    /// `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`
    #[arg(value_name = "URL")]
    pub url: String,
}
