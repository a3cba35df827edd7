//! `diff`: what one mirror, dump or state has that another lacks.

use std::path::{Path, PathBuf};

use crate::io::bundle::reader::{DumpPart, looks_like_one};
use crate::io::fs::file::absolute;
use crate::model::error::Result;
use crate::ops::bundle::known::{Named, in_dump, in_mirror, of_one};
use crate::ops::context::options::Context;

/// Of both sides, what the other lacks.
#[derive(Debug, Default)]
pub struct DiffReport {
    pub left: Side,
    pub right: Side,
}

#[derive(Debug, Default)]
pub struct Side {
    pub path: PathBuf,
    /// What only this side has, by name; sorted. Nothing of a state, which has no names.
    pub only: Vec<Named>,
    /// How many keys of a state the other side lacks.
    pub nameless: usize,
}

/// Compares two of them.
pub fn run(common: &Context, left: &Path, right: &Path) -> Result<DiffReport> {
    let left = absolute(left, &common.place.cwd);
    let right = absolute(right, &common.place.cwd);
    Ok(DiffReport {
        left: only(common, &left, &right)?,
        right: only(common, &right, &left)?,
    })
}

fn only(common: &Context, of: &Path, other: &Path) -> Result<Side> {
    let there = of_one(common, other)?;
    let mut side = Side {
        path: of.to_owned(),
        ..Side::default()
    };
    let mut tell = |named: Named| {
        if named.is_news_to(&there) {
            side.only.push(named);
        }
        Ok(())
    };
    if of.is_dir() {
        in_mirror(common, of, &mut tell)?;
    } else if looks_like_one(of) {
        in_dump(&DumpPart::open(of)?, &mut tell)?;
    } else {
        let keys = of_one(common, of)?.into_keys().into_iter();
        side.nameless = keys.filter(|key| !there.has(*key)).count();
    }
    side.only.sort();
    Ok(side)
}
