//! The list of cases by which crates.io tests its own publishing (rust-lang/crates.io, src/tests/krate/publish), each with its
//! answer there and ours here. Where the two differ, the row says why. The names are theirs, so that the list can be compared.

use std::collections::BTreeSet;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::hosted::api::{CASES, archive, manifest, package};
use crate::hosted::world::{World, metadata};

/// How a case is met here.
enum How {
    /// By a row of [`CASES`].
    Told(&'static str),
    /// By another test: `file function`.
    Test(&'static str),
    /// By an upload of this manifest, behind name and version, that says what it packages. `OWN` is our registry.
    Manifest(&'static str, u16, &'static str),
    /// By uploads one after the other, of which the last is answered so.
    Uploads(&'static [(&'static str, &'static str)], u16, &'static str),
    /// By an upload that is made for it.
    Made(fn() -> (String, Vec<u8>), u16, &'static str),
    /// By a body that is no upload.
    Body(&'static [u8], u16),
    /// There is nothing here that it could be about.
    Nothing,
}

use How::{Body, Made, Manifest, Nothing, Test, Told, Uploads};

/// The case, the answer of crates.io, ours, and why ours is another.
type Row = (&'static str, u16, How, &'static str);

const OTHER_STATUS: &str =
    "a version whose bytes differ is a conflict (409) here, and the same bytes again are no error";
const SOFT: &str = "a private registry can live with it: a warning";
const NO_EMAILS: &str = "accounts are made by an administrator, and no mail is ever sent";
const NO_RATES: &str = "a workspace is published in one go, and cargo does not try again: publishes are not rate-limited";
const NO_README: &str = "a readme is not rendered at a publish";
const NO_LIBRARY: &str = "what a package builds is not recorded";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("analysis test_crate_files_are_analyzed", 200, Nothing, "lines of code are not counted"),
    ("audit_action publish_records_an_audit_action", 200, Test("trusted a_run_publishes_and_gives_its_token_back"), ""),
    ("auth new_wrong_token", 403, Test("api who_may_not_is_told_before_the_crate_is_read"), ""),
    ("auth new_krate_wrong_user", 403, Test("publish owners_share_a_crate_and_strangers_do_not"), ""),
    ("auth new_krate_with_bearer_token", 200, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("auth publish_with_token_rejected_when_trustpub_only", 403, Nothing, "whoever wants it revokes the tokens of the owners"),
    ("basics new_krate", 200, Manifest("", 200, ""), ""),
    ("basics new_krate_with_token", 200, Manifest("", 200, ""), ""),
    ("basics new_krate_weird_version", 200, Uploads(&[("weird", "0.0.0-pre")], 200, ""), ""),
    ("basics new_krate_twice", 200, Uploads(&[("twice", "0.99.0"), ("twice", "2.0.0")], 200, ""), ""),
    ("basics new_krate_twice_alt", 200, Uploads(&[("twice-alt", "2.0.0"), ("twice-alt", "0.99.0")], 200, ""), ""),
    ("basics new_krate_duplicate_version", 400, Test("api an_upload_is_taken_once_and_told_apart_from_another"), OTHER_STATUS),
    ("basics new_krate_advance_num_versions", 200, Uploads(&[("more", "2.0.0"), ("more", "2.0.1"), ("more", "2.0.2")], 200, ""), ""),
    ("build_metadata version_with_build_metadata_1", 400, Uploads(&[("build1", "1.0.0+foo"), ("build1", "1.0.0+bar")], 400, "build1@1.0.0+foo is there already"), ""),
    ("build_metadata version_with_build_metadata_2", 400, Uploads(&[("build2", "1.0.0-beta.1"), ("build2", "1.0.0-beta.1+2")], 400, "build2@1.0.0-beta.1 is there already"), ""),
    ("build_metadata version_with_build_metadata_3", 400, Uploads(&[("build3", "1.0.0+foo"), ("build3", "1.0.0")], 400, "build3@1.0.0+foo is there already"), ""),
    ("categories good_categories", 200, Manifest("categories = [\"cat1\"]", 200, ""), ""),
    ("categories ignored_categories", 400, Manifest("categories = [\"bar\"]", 200, ""), "which categories there are is no concern of a private registry"),
    ("categories too_many_categories", 400, Manifest("categories = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]", 200, "`package.categories` has more than five entries"), SOFT),
    ("deleted_crates test_recently_deleted_crate_with_same_name", 400, Test("commands yank_changes_one_word_and_remove_keeps_the_number"), ""),
    ("dependencies invalid_dependency_name", 400, Manifest("[dependencies]\n\"🦀\" = \"1\"", 400, "is not a crate name"), ""),
    ("dependencies new_with_renamed_dependency", 200, Manifest("[dependencies]\nmy-name = { version = \"1\", package = \"package-name\", registry-index = \"OWN\" }", 200, ""), ""),
    ("dependencies invalid_dependency_rename", 400, Manifest("[dependencies]\n\"💩\" = { version = \"1\", package = \"package-name\" }", 400, "starts with neither a letter nor `_`"), ""),
    ("dependencies invalid_dependency_name_starts_with_digit", 400, Manifest("[dependencies]\n1-foo = { version = \"1\", package = \"package-name\" }", 400, "starts with neither a letter nor `_`"), ""),
    ("dependencies invalid_dependency_name_contains_unicode_chars", 400, Manifest("[dependencies]\n\"foo-🦀-bar\" = { version = \"1\", package = \"package-name\" }", 400, "no ASCII letter, digit, `-` or `_`"), ""),
    ("dependencies invalid_too_long_dependency_name", 400, Manifest("[dependencies]\nfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff = { version = \"1\", package = \"package-name\" }", 400, "more than 64 characters"), ""),
    ("dependencies empty_dependency_name", 400, Manifest("[dependencies]\n\"\" = { version = \"1\", package = \"package-name\" }", 400, "has no name"), ""),
    ("dependencies new_with_underscore_renamed_dependency", 200, Manifest("[dependencies]\n_my-name = { version = \"1\", package = \"package-name\", registry-index = \"OWN\" }", 200, ""), ""),
    ("dependencies new_krate_with_dependency", 200, Manifest("[dependencies]\nfoo-dep = { version = \"1.0.0\", registry-index = \"OWN\" }", 200, ""), ""),
    ("dependencies new_krate_with_broken_dependency_requirement", 400, Manifest("[dependencies]\nfoo-dep = { version = \"broken\", registry-index = \"OWN\" }", 400, "asks for the version `broken`"), ""),
    ("dependencies reject_new_krate_with_non_exact_dependency", 400, Manifest("[dependencies]\nfoo_dep = { version = \"1\", registry-index = \"OWN\" }", 400, "there is no crate of this name"), ""),
    ("dependencies new_crate_allow_empty_alternative_registry_dependency", 200, Told("dependency of no address"), "no cargo sends it, and in a line of the index it makes cargo fail"),
    ("dependencies reject_new_crate_with_alternative_registry_dependency", 400, Manifest("[dependencies]\ndep = { version = \"1\", registry-index = \"https://server.example/path/to/registry\" }", 200, ""), "private crates need public ones; `dep-registries` restricts it, tested with a_dependency_that_would_come_from_a_stranger_is_refused_where_it_is_made"),
    ("dependencies new_krate_with_wildcard_dependency", 400, Manifest("[dependencies]\nfoo-dep = { version = \"*\", registry-index = \"OWN\" }", 200, "takes any version"), SOFT),
    ("dependencies new_krate_with_patch", 400, Told("patched"), ""),
    ("dependencies new_krate_dependency_missing", 400, Manifest("[dependencies]\nbar-missing = { version = \"1\", registry-index = \"OWN\" }", 400, "there is no crate of this name"), ""),
    ("dependencies new_krate_sorts_deps", 200, Manifest("[dependencies]\npackage-name = { version = \"1\", registry-index = \"OWN\" }\nfoo-dep = { version = \"1\", registry-index = \"OWN\" }", 200, ""), ""),
    ("dependencies invalid_feature_name", 400, Manifest("[dependencies]\nbar = { version = \"1\", features = [\"🍺\"] }", 400, "wants the feature"), ""),
    ("dependencies test_dep_limit", 400, Manifest("[dependencies]\na = \"1\"\nb = \"1\"\nc = \"1\"", 400, "it has 3 dependencies, and this registry takes 2"), ""),
    ("edition test_edition_is_saved", 200, Manifest("rust-version = \"1.0\"", 200, ""), ""),
    ("emails new_krate_without_any_email_fails", 400, Nothing, NO_EMAILS),
    ("emails new_krate_with_unverified_email_fails", 400, Nothing, NO_EMAILS),
    ("features features_version_2", 200, Manifest("[dependencies]\nbar = { version = \"1\", optional = true }\n[features]\nnew = [\"dep:bar\", \"bar?/feat\"]\nold = []", 200, ""), ""),
    ("features feature_name_with_dot", 200, Manifest("[features]\n\"foo.bar\" = []", 200, ""), ""),
    ("features feature_name_start_with_number_and_underscore", 200, Manifest("[features]\n\"0foo1.bar\" = []\n\"_foo2.bar\" = []", 200, ""), ""),
    ("features feature_name_with_unicode_chars", 200, Manifest("[features]\n\"foo.你好世界\" = []", 200, ""), ""),
    ("features empty_feature_name", 400, Manifest("[features]\n\"\" = []", 400, "has no name"), ""),
    ("features invalid_feature_name1", 400, Manifest("[features]\n\"~foo\" = []", 400, "does not start with a letter"), ""),
    ("features invalid_feature_name2", 400, Manifest("[features]\nfoo = [\"!bar\"]", 400, "enables `!bar`"), ""),
    ("features invalid_feature_name_start_with_hyphen", 400, Manifest("[features]\n\"-foo1.bar\" = []", 400, "does not start with a letter"), ""),
    ("features too_many_features", 400, Manifest("[features]\na = []\nb = []\nc = []\nd = []", 400, "it has 4 features, and this registry takes 3"), ""),
    ("features too_many_features_with_custom_limit", 400, Manifest("[features]\na = []\nb = []\nc = []\nd = []", 400, "have `max-features` raised"), ""),
    ("features too_many_enabled_features", 400, Manifest("[features]\ndefault = [\"a\", \"b\", \"c\", \"d\"]", 400, "the feature `default` enables 4 others"), ""),
    ("features too_many_enabled_features_with_custom_limit", 400, Manifest("[features]\ndefault = [\"a\", \"b\", \"c\", \"d\"]", 400, "have `max-features` raised"), ""),
    ("git new_krate_git_upload_with_conflicts", 200, Test("host a_race_with_another_pusher_loses_nothing"), ""),
    ("github_org_restrictions publish_with_org_restrictions", 403, Nothing, "teams are lists of users in the mirror's own folder"),
    ("inheritance workspace_inheritance", 400, Told("version from a workspace"), ""),
    ("inheritance workspace_inheritance_with_dep", 400, Told("dependency from a workspace"), ""),
    ("keywords good_keywords", 200, Manifest("keywords = [\"c++\", \"crates-io_index\", \"1password\"]", 200, ""), ""),
    ("keywords bad_keywords", 400, Manifest("keywords = [\"super-long-keyword-name-oh-no\", \"?@?%\", \"áccênts\"]", 200, "the keyword `?@?%` is none that crates.io takes"), SOFT),
    ("keywords too_many_keywords", 400, Manifest("keywords = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]", 200, "`package.keywords` has more than five entries"), SOFT),
    ("links test_crate_with_links_field", 200, Manifest("links = \"git2\"", 200, ""), ""),
    ("manifest boolean_readme", 200, Manifest("rust-version = \"1.69\"\nreadme = false", 200, ""), ""),
    ("manifest missing_manifest", 400, Told("no manifest"), ""),
    ("manifest manifest_casing", 400, Told("manifest in lower case"), ""),
    ("manifest multiple_manifests", 400, Told("two manifests that differ in case"), ""),
    ("manifest invalid_manifest", 400, Told("manifest without a package"), ""),
    ("manifest invalid_manifest_missing_name", 400, Told("manifest without a name"), ""),
    ("manifest invalid_manifest_missing_version", 400, Told("manifest without a version"), ""),
    ("manifest name_mismatch", 400, Told("other name inside"), ""),
    ("manifest version_mismatch", 400, Told("other version inside"), ""),
    ("manifest invalid_rust_version", 400, Manifest("rust-version = \"1.0.0-beta.2\"", 400, "it is digits and dots"), ""),
    ("manifest test_lib_and_bin_crate", 200, Nothing, NO_LIBRARY),
    ("manifest test_lib_name_hyphenated_crate", 200, Nothing, NO_LIBRARY),
    ("manifest test_lib_name_custom", 200, Nothing, NO_LIBRARY),
    ("manifest test_lib_name_bin_only", 200, Nothing, NO_LIBRARY),
    ("max_size tarball_between_default_axum_limit_and_max_upload_size", 200, Made(|| weight(3 << 20), 200, ""), ""),
    ("max_size tarball_bigger_than_max_upload_size", 413, Made(|| weight(6 << 20), 413, "have `max-crate-size` of the registry raised"), ""),
    ("max_size new_krate_gzip_bomb", 400, Told("bomb"), ""),
    ("max_size new_krate_too_big", 400, Made(|| (metadata("big", "1.0.0"), package("big", "1.0.0", "")), 200, ""), "what a package may unpack to is cargo's own bound, whatever the upload may weigh"),
    ("max_size new_krate_too_big_but_whitelisted", 200, Nothing, "the bound is that of the registry, not of one crate"),
    ("rate_limit publish_new_crate_ratelimit_hit", 429, Nothing, NO_RATES),
    ("rate_limit publish_new_crate_ratelimit_expires", 200, Nothing, NO_RATES),
    ("rate_limit publish_new_crate_override_loosens_ratelimit", 200, Nothing, NO_RATES),
    ("rate_limit publish_new_crate_expired_override_ignored", 429, Nothing, NO_RATES),
    ("rate_limit publish_new_crate_rate_limit_doesnt_affect_existing_crates", 200, Nothing, NO_RATES),
    ("rate_limit publish_existing_crate_rate_limited", 429, Nothing, NO_RATES),
    ("rate_limit publish_existing_crate_rate_limit_doesnt_affect_new_crates", 200, Nothing, NO_RATES),
    ("readme new_krate_with_readme", 200, Nothing, NO_README),
    ("readme new_krate_with_empty_readme", 200, Nothing, NO_README),
    ("readme new_krate_with_readme_and_plus_version", 200, Nothing, NO_README),
    ("readme publish_after_removing_documentation", 200, Manifest("documentation = \"http://foo.rs\"", 200, ""), ""),
    ("similar_names new_crate_similar_name", 400, Uploads(&[("Foo_similar", "1.0.0"), ("foo_similar", "1.1.0")], 400, "the name is taken by `Foo_similar`"), ""),
    ("similar_names new_crate_similar_name_hyphen", 400, Uploads(&[("foo_bar_hyphen", "1.0.0"), ("foo-bar-hyphen", "1.1.0")], 400, "the name is taken by `foo_bar_hyphen`"), ""),
    ("similar_names new_crate_similar_name_underscore", 400, Uploads(&[("foo-bar-score", "1.0.0"), ("foo_bar_score", "1.1.0")], 400, "the name is taken by `foo-bar-score`"), ""),
    ("tarball new_krate_wrong_files", 400, Told("file outside"), ""),
    ("tarball tarball_entry_limit_applies_to_new_versions", 400, Made(many, 400, "its archive has 7 files and folders, and this registry takes 6"), ""),
    ("tarball new_krate_tarball_with_hard_link", 400, Made(|| entry(b'1', b"foo-1.1.0/bar"), 400, "which is a hard link"), ""),
    ("tarball new_krate_tarball_with_non_utf8_path", 400, Made(|| entry(b'0', b"foo-1.1.0/\xff"), 400, "whose name is not UTF-8"), ""),
    ("tarball new_krate_tarball_with_symlink", 400, Made(|| entry(b'2', b"foo-1.1.0/bar"), 400, "which is a symbolic link"), ""),
    ("tarball new_krate_tarball_with_chardev", 400, Made(|| entry(b'3', b"foo-1.1.0/bar"), 400, "which is a device"), ""),
    ("tarball new_krate_tarball_with_blockdev", 400, Made(|| entry(b'4', b"foo-1.1.0/bar"), 400, "which is a device"), ""),
    ("tarball new_krate_tarball_with_fifo", 400, Made(|| entry(b'6', b"foo-1.1.0/bar"), 400, "which is a named pipe"), ""),
    ("tarball new_krate_tarball_with_contiguous_file", 400, Made(|| entry(b'7', b"foo-1.1.0/bar"), 400, "which is a contiguous file"), ""),
    ("tarball new_krate_tarball_with_gnu_sparse_file", 400, Made(|| entry(b'S', b"foo-1.1.0/bar"), 400, "which is a sparse file"), ""),
    ("tarball new_krate_tarball_with_unknown_entry_type", 400, Made(|| entry(b'Z', b"foo-1.1.0/bar"), 400, "which is a special entry"), ""),
    ("tarball empty_body", 400, Body(b"", 400), ""),
    ("tarball json_len_truncated", 400, Body(&[0, 0], 400), ""),
    ("tarball json_bytes_truncated", 400, Body(&[100, 0, 0, 0, 0], 400), ""),
    ("tarball tarball_len_truncated", 400, Body(b"\x1d\0\0\0{\"name\":\"foo\",\"vers\":\"1.0.0\"}\0\0", 400), ""),
    ("tarball tarball_bytes_truncated", 400, Body(b"\x1d\0\0\0{\"name\":\"foo\",\"vers\":\"1.0.0\"}\x64\0\0\0\0", 400), ""),
    ("timestamps uploading_new_version_touches_crate", 200, Nothing, "a crate has no time of its own: each line has its `pubtime`"),
    ("trustpub_github test_full_flow", 200, Test("trusted a_run_publishes_and_gives_its_token_back"), ""),
    ("trustpub_github test_happy_path", 200, Test("trusted a_run_publishes_and_gives_its_token_back"), ""),
    ("trustpub_github test_happy_path_with_fancy_auth_header", 200, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("trustpub_github test_invalid_token_format", 403, Test("api who_may_not_is_told_before_the_crate_is_read"), ""),
    ("trustpub_github test_invalid_bearer_token_format", 403, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("trustpub_github test_non_existent_token", 403, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("trustpub_github test_non_existent_token_with_new_crate", 403, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("trustpub_github test_token_for_wrong_crate", 403, Test("trusted a_run_publishes_and_gives_its_token_back"), ""),
    ("trustpub_github test_trustpub_works_when_trustpub_only_enabled", 200, Nothing, "there is no such setting"),
    ("trustpub_gitlab test_full_flow", 200, Test("trusted a_run_publishes_and_gives_its_token_back"), ""),
    ("trustpub_gitlab test_happy_path", 200, Test("trusted a_run_publishes_and_gives_its_token_back"), ""),
    ("trustpub_gitlab test_happy_path_with_fancy_auth_header", 200, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("trustpub_gitlab test_invalid_token_format", 403, Test("api who_may_not_is_told_before_the_crate_is_read"), ""),
    ("trustpub_gitlab test_invalid_bearer_token_format", 403, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("trustpub_gitlab test_non_existent_token", 403, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("trustpub_gitlab test_non_existent_token_with_new_crate", 403, Test("crates_io_list a_token_may_be_sent_as_bearer_or_basic"), ""),
    ("trustpub_gitlab test_token_for_wrong_crate", 403, Test("trusted a_run_publishes_and_gives_its_token_back"), ""),
    ("trustpub_gitlab test_trustpub_works_when_trustpub_only_enabled", 200, Nothing, "there is no such setting"),
    ("validation empty_json", 400, Made(|| ("{}".to_owned(), Vec::new()), 400, "missing field `name`"), ""),
    ("validation invalid_names", 400, Made(|| (metadata("coMpiLer_Rt", "1.0.0"), package("coMpiLer_Rt", "1.0.0", "")), 400, "is one of the standard library's"), ""),
    ("validation invalid_version", 400, Told("version that is none"), ""),
    ("validation excessively_long_version", 400, Made(long, 400, "shorten it to 150"), ""),
    ("validation license_and_description_required", 400, Told("description that is wanted"), ""),
    ("validation long_description", 400, Made(|| described(&format!("description = {:?}", "a".repeat(2000))), 200, "`package.description` has 2000 characters"), SOFT),
    ("validation invalid_license", 400, Manifest("license = \"MIT AND foobar\"", 200, "`package.license` is no SPDX expression"), SOFT),
    ("validation invalid_urls", 400, Manifest("documentation = \"javascript:alert('boom')\"", 200, "`package.documentation` is not an http or https address"), SOFT),
];

/// The sources in which the tests of [`How::Test`] are.
const SOURCES: &[(&str, &str)] = &[
    ("api", include_str!("api.rs")),
    ("commands", include_str!("commands.rs")),
    ("crates_io_list", include_str!("crates_io_list.rs")),
    ("host", include_str!("host.rs")),
    ("publish", include_str!("publish.rs")),
    ("trusted", include_str!("trusted.rs")),
];

fn described(more: &str) -> (String, Vec<u8>) {
    (
        metadata("described", "1.0.0"),
        package("described", "1.0.0", more),
    )
}

fn long() -> (String, Vec<u8>) {
    let version = format!("1.0.0-{}", "a".repeat(150));
    (metadata("long", &version), Vec::new())
}

fn many() -> (String, Vec<u8>) {
    let manifest = manifest("many", "1.0.0", "");
    let names: Vec<String> = (0..6)
        .map(|number| format!("many-1.0.0/{number}"))
        .collect();
    let mut files = vec![("many-1.0.0/Cargo.toml", manifest.as_str())];
    files.extend(names.iter().map(|name| (name.as_str(), "")));
    (metadata("many", "1.0.0"), archive(&files))
}

/// An archive of so many bytes and a few more, for it is not compressed.
fn weight(bytes: usize) -> (String, Vec<u8>) {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::none()));
    let manifest = manifest("weight", "1.0.0", "");
    for (path, bytes) in [
        ("Cargo.toml", manifest.as_bytes()),
        ("big", &vec![b'a'; bytes]),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        let path = format!("weight-1.0.0/{path}");
        tar.append_data(&mut header, path, bytes)
            .expect("memory takes it");
    }
    let tar = tar.into_inner().and_then(GzEncoder::finish);
    (metadata("weight", "1.0.0"), tar.expect("memory takes it"))
}

/// An archive with one entry of this kind.
fn entry(kind: u8, path: &[u8]) -> (String, Vec<u8>) {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..path.len()].copy_from_slice(path);
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_size(0);
    if matches!(kind, b'1' | b'2') {
        header
            .set_link_name("foo-1.1.0/another")
            .expect("it is short");
    }
    if let (b'S', Some(gnu)) = (kind, header.as_gnu_mut()) {
        gnu.set_real_size(0);
    }
    header.set_cksum();
    tar.append(&header, &[][..]).expect("memory takes it");
    let tar = tar.into_inner().and_then(GzEncoder::finish);
    (metadata("foo", "1.1.0"), tar.expect("memory takes it"))
}

/// What cargo would say of this manifest.
fn said(name: &str, manifest: &str) -> String {
    let table: toml::Table = manifest.parse().expect("the rows are TOML");
    let mut said: Value = serde_json::from_str(&metadata(name, "1.0.0")).expect("it is JSON");
    let json = |value: &toml::Value| serde_json::to_value(value).expect("TOML fits");
    if let Some(features) = table.get("features") {
        said["features"] = json(features);
    }
    for key in ["links", "rust-version"] {
        if let Some(value) = table["package"].get(key) {
            said[key.replace('-', "_")] = json(value);
        }
    }
    let deps = table.get("dependencies").and_then(toml::Value::as_table);
    let deps = deps.into_iter().flatten().map(|(key, dep)| {
        let of = |name: &str| dep.get(name).map(json);
        let req = dep.as_str().or_else(|| dep["version"].as_str()).unwrap_or_default();
        let req = req.parse().map_or_else(|_| req.to_owned(), |req: semver::VersionReq| req.to_string());
        let package = of("package");
        json!({
            "name": package.clone().unwrap_or_else(|| key.as_str().into()),
            "explicit_name_in_toml": package.map(|_| key),
            "version_req": req,
            "features": of("features").unwrap_or_else(|| json!([])),
            "optional": of("optional").unwrap_or_else(|| false.into()),
            "default_features": true, "target": null, "kind": "normal",
            "registry": of("registry-index").unwrap_or_else(|| "https://github.com/rust-lang/crates.io-index".into()),
        })
    });
    said["deps"] = deps.collect();
    said.to_string()
}

#[test]
fn each_case_of_crates_io_has_its_answer() {
    let settings = [
        "max-features=3",
        "max-dependencies=2",
        "max-entries=6",
        "max-crate-size=5MiB",
        "deps=refuse",
    ];
    let settings: Vec<&str> = settings.iter().flat_map(|it| ["--set", it]).collect();
    let world = World::new(&[], &settings);
    let token = world.publisher("alice");
    let upload = |name: &str, version: &str| {
        world.upload(
            &token,
            &metadata(name, version),
            &package(name, version, ""),
        )
    };
    for name in ["package-name", "foo-dep"] {
        upload(name, "1.0.0").is(200);
    }
    let mut wrong = Vec::new();
    for (number, (case, there, how, why)) in ROWS.iter().enumerate() {
        let (answer, here, says) = match how {
            Nothing => {
                assert!(!why.is_empty(), "{case}");
                continue;
            }
            Test(named) => {
                let (file, function) = named.split_once(' ').expect("a file and a function");
                let source = SOURCES.iter().find(|(name, _)| *name == file);
                let (_, source) = source.unwrap_or_else(|| panic!("{case}: no source {file}"));
                assert!(
                    source.contains(&format!("#[test]\nfn {function}(")),
                    "{case}: {named}"
                );
                continue;
            }
            Told(what) => {
                let told = CASES.iter().find(|(name, ..)| name == what);
                let (_, _, status, _) = told.unwrap_or_else(|| panic!("{case}: {what}"));
                assert_eq!(why.is_empty(), there / 100 == status / 100, "{case}");
                continue;
            }
            Manifest(more, here, says) => {
                let name = format!("row-{number}");
                let more = more.replace("OWN", &world.index("corp"));
                let said = said(&name, &manifest(&name, "1.0.0", &more));
                (
                    world.upload(&token, &said, &package(&name, "1.0.0", &more)),
                    here,
                    says,
                )
            }
            Uploads(all, here, says) => {
                let mut answers = all.iter().map(|(name, version)| upload(name, version));
                (answers.by_ref().last().expect("there are some"), here, says)
            }
            Made(make, here, says) => {
                let (metadata, bytes) = make();
                (world.upload(&token, &metadata, &bytes), here, says)
            }
            Body(bytes, here) => (world.put_upload(&token, bytes), here, &""),
        };
        // A reason is given where ours is another, and nowhere else.
        assert_eq!(why.is_empty(), there / 100 == here / 100, "{case}");
        let text = answer.text();
        if answer.status != *here || !text.contains(says) {
            wrong.push(format!("{case}: {} {text}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let line = world.lines("ro/w-/row-36");
    assert!(line.find("foo-dep") < line.find("package-name"), "{line}");
    let cases: BTreeSet<&str> = ROWS.iter().map(|(case, ..)| *case).collect();
    assert_eq!((ROWS.len(), cases.len()), (138, 138));
}

#[test]
fn a_token_may_be_sent_as_bearer_or_basic() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let upload = |authorization: &str, version: &str| {
        let bytes = package("acme", version, "");
        world.upload(authorization, &metadata("acme", version), &bytes)
    };
    upload(&format!("Bearer {token}"), "1.0.0").is(200);
    upload(&format!("bearer {token}"), "1.0.1").is(200);
    // One that looks like ours and never was.
    let other = if &token[9..10] == "x" { "y" } else { "x" };
    let unknown = format!("{}{other}{}", &token[..9], &token[10..]);
    for bad in [unknown.as_str(), "Bearer", "Bearer x", "Basic x"] {
        let answer = upload(bad, "1.0.2").is(401);
        assert!(answer.text().contains("token"), "{}", answer.text());
    }
}
