//! All versions of a crate, a hundred a page.

use maud::html;

use crate::model::about::index_line::LineFacts;
use crate::serve::registry::shelf::KnownCrate;
use crate::serve::web::catalog;
use crate::serve::web::frame::pager;
use crate::serve::web::head::{Tab, head, presence};
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{counted, day, size};

const PER_PAGE: usize = 100;

pub fn versions(view: &View<'_>, known: &KnownCrate, page: usize) -> Made {
    let newest = known.newest();
    let facts = LineFacts::read(newest.line.raw());
    let pages = known.releases.len().div_ceil(PER_PAGE);
    let page = page.clamp(1, pages);
    let shown = known
        .releases
        .iter()
        .skip((page - 1) * PER_PAGE)
        .take(PER_PAGE);
    let description = catalog::description(view, &known.name);
    let main = html! {
        (head(view, known, newest, &facts, Tab::Versions, description.as_deref()))
        h2 { (counted(known.releases.len(), "version", "versions")) ", " (known.held()) " in this mirror" }
        div.wide tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Version" }
                        th scope="col" { "Published" }
                        th.right scope="col" { "Size" }
                        th scope="col" { "State" }
                    }
                }
                tbody {
                    @for release in shown {
                        tr {
                            th.mono scope="row" {
                                a href=(view.links.version(release.id())) { (release.version()) }
                            }
                            td { @if let Some(published) = release.published() { (day(published)) } }
                            td.right.nobreak { @if let Some(bytes) = release.size { (size(bytes)) } }
                            td {
                                (presence(release))
                                @if release.version() == newest.version() { " " span.tag { "newest" } }
                                @if release.line.yanked() { " " span.bad { "yanked" } }
                                @if release.is_gone { " " span.bad { "deleted upstream" } }
                            }
                        }
                    }
                }
            }
        }
        (pager(page, pages, |page| format!("{}?page={page}", view.links.versions(&known.name))))
    };
    let title = format!("{}: versions", known.name);
    view.page(&title, &main, &[view.index_told("Versions", known)])
}
