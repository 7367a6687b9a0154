//! The rooms of the edge and the direction between them, read from its sources.
//!
//! `http → route → auth → service → store | upstream | issuer`: a room names only rooms to its right, the
//! leaves, and `shared`. A Durable Object is an entry of its own: it stands left of `service`, and
//! only its `wire` is anybody's. This reads text, not syntax trees: comments and literals are
//! taken out, then every path that begins at the crate is looked at, in a `use` or not.

/// Rooms by how far to the right they are; of one rank, none may name another.
const RANKS: [(&str, u8); 8] = [
    ("http", 1),
    ("route", 2),
    ("auth", 3),
    ("durable", 3),
    ("service", 4),
    ("store", 5),
    ("upstream", 5),
    ("issuer", 5),
];
/// What every room may name.
const LEAVES: [&str; 7] =
    ["behind", "config", "clock", "proof", "random", "streams", "durable::wire"];
/// What sees every room.
const ROOTS: [&str; 2] = ["lib", "app"];
/// Where the `worker` crate may be named. All else can be read without knowing the runtime.
const RUNTIME: [&str; 12] = [
    "lib",
    "app",
    "site",
    "behind",
    "config",
    "clock",
    "http",
    "store",
    "durable",
    "proof::hashing",
    "upstream::fetch",
    "issuer::fetch",
];

/// What is wrong with one source of the edge; `module` is its path, as `store::key`.
pub fn faults(module: &str, source: &str) -> Vec<String> {
    let code = strip(source);
    let mut faults: Vec<String> = named(module, &code)
        .into_iter()
        .filter(|target| !may_name(module, target))
        .map(|target| format!("{module} names {target}"))
        .collect();
    let runs = RUNTIME.iter().any(|allowed| is_in(module, allowed));
    if !runs && paths(&code, "worker").next().is_some() {
        faults.push(format!("{module} names the crate worker"));
    }
    faults
}

/// What is wrong with one source of a program whose rooms stand in `order`, from left to right;
/// of those in one place, none may name another.
pub fn leftward(order: &[&[&str]], module: &str, source: &str) -> Vec<String> {
    let root = |path: &str| path.split("::").next().unwrap_or_default().to_owned();
    let place = |room: &str| order.iter().position(|rooms| rooms.contains(&room));
    let from = root(module);
    let wrong = |target: &String| {
        let to = root(target);
        // `super::*` in a module's own tests is that module.
        to != from && to != "*" && place(&to) <= place(&from) && place(&from).is_some()
    };
    let found = named(module, &strip(source)).into_iter().filter(wrong);
    found.map(|target| format!("{module} names {target}")).collect()
}

/// What a pure crate must not name.
pub fn impurities(module: &str, source: &str) -> Vec<String> {
    let code = strip(source);
    let std: Vec<String> = paths(&code, "std").flatten().collect();
    let bad = ["time", "fs", "net", "thread", "process", "env", "io"];
    bad.iter()
        .filter(|part| std.iter().any(|path| is_in(path, part)))
        .map(|part| format!("{module} names std::{part}"))
        .collect()
}

/// The names of a package's ordinary dependencies, in the order of its manifest.
pub fn dependencies(manifest: &str) -> Vec<String> {
    let mut section = "";
    let mut names = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            if let Some(name) = section.strip_prefix("dependencies.") {
                names.push(name.to_owned());
            }
        } else if section == "dependencies" && !line.starts_with('#') {
            names.extend(line.split_once(['=', '.']).map(|(name, _)| name.trim().to_owned()));
        }
    }
    names
}

fn may_name(module: &str, target: &str) -> bool {
    let root = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let (from, to) = (root(module), root(target));
    let rank = |room: &str| RANKS.iter().find(|(name, _)| *name == room).map(|(_, rank)| *rank);
    if from == to || ROOTS.contains(&from.as_str()) || LEAVES.iter().any(|l| is_in(target, l)) {
        return true;
    }
    match (rank(&from), rank(&to)) {
        (Some(from), Some(to_rank)) => from < to_rank && to != "durable",
        // A leaf names no room, and what is not on the list is no room.
        (None, Some(_)) => from == "site",
        (_, None) => !["lib", "app", "site"].contains(&to.as_str()) || from == "http",
    }
}

/// Whether `path` is `place` or lies in it.
fn is_in(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Every path from the crate's root that `code` names.
fn named(module: &str, code: &str) -> Vec<String> {
    let mut found: Vec<String> = paths(code, "crate").flatten().collect();
    let depth = module.split("::").count();
    // `super` as often as the module is deep is the crate itself.
    let up = vec!["super"; depth].join("::");
    found.extend(paths(code, &up).flatten());
    found
}

/// The paths that follow each `root::` of the code, with the branches of a `{…}` one by one.
fn paths<'a>(code: &'a str, root: &'a str) -> impl Iterator<Item = Vec<String>> {
    let prefix = format!("{root}::");
    let mut starts = Vec::new();
    for (at, _) in code.match_indices(&prefix) {
        let before = code[..at].trim_end_matches(' ').chars().next_back();
        // `roadstead_worker::` is another word, and `a::worker::` another path.
        if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            || code[..at].ends_with(' ')
        {
            starts.push(at + prefix.len());
        }
    }
    starts.into_iter().map(move |at| branches("", &code[at..]).0)
}

/// The paths of one use tree behind `prefix`, and what stands behind the tree.
fn branches<'a>(prefix: &str, code: &'a str) -> (Vec<String>, &'a str) {
    let code = code.trim_start();
    if let Some(mut rest) = code.strip_prefix('{') {
        let mut found = Vec::new();
        loop {
            rest = rest.trim_start_matches([',', ' ', '\n', '\t']);
            if rest.is_empty() || rest.starts_with('}') {
                return (found, rest.get(1..).unwrap_or_default());
            }
            let (more, behind) = branches(prefix, rest);
            found.extend(more);
            let to = behind.find([',', '}']).unwrap_or(behind.len());
            rest = &behind[to..];
        }
    }
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '*';
    let end = code.find(|c| !word(c)).unwrap_or(code.len());
    let (name, rest) = code.split_at(end);
    let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") };
    match rest.strip_prefix("::") {
        Some(rest) => branches(&path, rest),
        // Always forward, also over what is no path.
        None if name.is_empty() => (vec![path], rest.get(1..).unwrap_or_default()),
        None => (vec![path], rest),
    }
}

/// The code without comments and without what stands in quotes.
fn strip(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    for line in source.lines() {
        let mut quoted = false;
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            if c == '"' && before != '\\' && before != '\'' {
                quoted = !quoted;
            } else if !quoted && line[at..].starts_with("//") {
                break;
            } else if !quoted {
                code.push(c);
            }
            before = c;
        }
        code.push('\n');
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_may_name_what_is_to_its_right() {
        for (module, source) in [
            ("http::dispatch", "use crate::service::{self, blob};"),
            ("route::registry", "use crate::auth::Identity; use super::Error;"),
            ("service::blob", "use crate::{clock, store::{Store, key}, durable::wire};"),
            ("store::upload", "use crate::durable::wire::{self, UploadCommand};"),
            ("durable::repository", "use crate::service::publish; use worker::Env;"),
            ("app", "use crate::{http, route, auth, service, store, durable, site};"),
            ("upstream::fetch", "use worker::Fetch;"),
            ("service::tag", "// use crate::http;\nlet text = \"crate::http::render\";"),
            ("service::tag", "use roadstead_worker::Env; use a::worker::Env;"),
        ] {
            assert_eq!(faults(module, source), Vec::<String>::new(), "{source}");
        }
    }

    #[test]
    fn a_room_that_names_what_is_to_its_left_is_found() {
        for (module, source) in [
            ("service::blob", "use crate::http::render;"),
            ("service::blob", "use crate::{clock, http};"),
            ("service::blob", "use crate::{clock, store::{self, key}, route::Error};"),
            ("service::blob", "use crate::{\n    auth::{\n        Identity,\n    },\n};"),
            ("service::blob", "fn f() -> crate::route::Error {}"),
            ("service::blob", "use super::super::auth::Identity;"),
            ("store::key", "use crate::service;"),
            ("store::key", "use crate::upstream;"),
            ("store::key", "use crate::durable::Repository;"),
            ("http::render", "use crate::durable::upload;"),
            ("auth::bearer", "use crate::app::App;"),
            ("clock", "use crate::store::Store;"),
            ("config", "use crate::http;"),
        ] {
            assert_eq!(faults(module, source).len(), 1, "{module}: {source}");
        }
    }

    #[test]
    fn the_runtime_in_a_room_that_has_nothing_to_do_with_it_is_found() {
        for source in ["use worker::Env;", "fn f(e: &worker::Env) {}", "pub use worker::{a, b};"] {
            assert_eq!(faults("service::blob", source), ["service::blob names the crate worker"]);
            assert_eq!(faults("http::request", source), Vec::<String>::new());
        }
        assert_eq!(faults("upstream::token", "use worker::Env;").len(), 1);
    }

    #[test]
    fn a_room_that_names_what_is_not_to_its_right_is_found_in_any_order() {
        let order: [&[&str]; 3] = [&["a"], &["b", "c"], &["d"]];
        for (module, source, count) in [
            ("a::x", "use crate::{b, c::y, d};", 0),
            ("main", "use crate::{a, b};", 0),
            ("b::x", "use crate::b::z; use super::y; use crate::d;", 0),
            ("b::x", "use crate::c;", 1),
            ("b::x", "use crate::a;", 1),
            ("d", "fn f() -> crate::a::E {}", 1),
            ("d", "use crate::unheard_of;", 1),
        ] {
            assert_eq!(leftward(&order, module, source).len(), count, "{module}: {source}");
        }
    }

    #[test]
    fn what_is_not_pure_is_found() {
        for source in ["use std::time::Instant;", "use std::{fmt, fs::File};", "std::net::X::new()"]
        {
            assert_eq!(impurities("oci::tag", source).len(), 1, "{source}");
        }
        let pure = "use std::fmt; // std::time\nuse std::{str::FromStr, fmt::Write as _};";
        assert_eq!(impurities("oci::tag", pure), Vec::<String>::new());
    }

    #[test]
    fn dependencies_are_read_in_every_form() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\n# c = \"1\"\na = \"1\"\n\
                        b.workspace = true\n[dependencies.d]\nversion = \"1\"\n[lints]\ne = 1\n";
        assert_eq!(dependencies(manifest), ["a", "b", "d"]);
    }
}
