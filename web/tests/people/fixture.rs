//! People, what they have, and how they ask.

use roadstead_shared::{
    catalog::Host,
    usage::{Tier, Usage, UsageDay},
    visitor::{Notice, Terms, Visitor},
};
use roadstead_web::{
    Theme,
    source::{
        account::{AccountDetail, AccountRow, IdentityRow, NamespaceRow, TokenRow},
        namespace::{ListedRow, MemberRow, NamespaceDetail, PublisherRow},
    },
    visit::{SharedVisit, Visit},
};
use std::sync::Arc;

pub(crate) const NOW_MS: i64 = 1_795_251_300_000;
pub(crate) const HOUR_MS: i64 = 3_600_000;
const GB: u64 = 1_000_000_000;

pub(crate) fn usage(tier: Tier, used: u64, limit: Option<u64>) -> Usage {
    let day = |number: u64| UsageDay {
        date: format!("2026-{}-{:02}", 10 + (number + 22) / 31, (number + 22) % 31 + 1),
        bytes: if number % 7 == 3 { 0 } else { (number * 37 % 11) * GB / 3 },
        pulls: number % 7,
    };
    Usage {
        tier,
        used_bytes: used * GB,
        limit_bytes: limit.map(|limit| limit * GB),
        remaining_bytes: limit.map(|limit| limit.saturating_sub(used) * GB),
        resets_at: "2026-12-01T00:00:00Z".to_owned(),
        days: (0..30).map(day).collect(),
    }
}

pub(crate) fn nobody() -> Visitor {
    Visitor {
        usage: Some(usage(Tier::Anonymous, 2, Some(500))),
        terms: Terms {
            sign_up_open: true,
            providers: vec![("github".to_owned(), "GitHub".to_owned())],
            account_bytes_per_month: Some(5000 * GB),
            namespace_bytes: Some(50 * GB),
            upstreams: Vec::new(),
        },
        ..Visitor::default()
    }
}

pub(crate) fn ada() -> Visitor {
    Visitor {
        account: Some("ada".to_owned()),
        usage: Some(usage(Tier::Account, 120, Some(5000))),
        ..nobody()
    }
}

pub(crate) fn operator() -> Visitor {
    Visitor { account: Some("operator".to_owned()), is_operator: true, ..ada() }
}

pub(crate) fn told(visitor: Visitor, notice: Notice) -> Visitor {
    Visitor { notice: Some(notice), ..visitor }
}

pub(crate) fn at(address: &str, visitor: Visitor) -> SharedVisit {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    Arc::new(Visit {
        host: Host::parse("reg.example", false),
        origin: "https://reg.example".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        theme: Theme::Auto,
        tool: None,
        request_id: "9f2c41aa-10ce".to_owned(),
        now_ms: NOW_MS,
        contact: None,
        visitor,
    })
}

pub(crate) fn account() -> AccountRow {
    AccountRow {
        name: "ada".to_owned(),
        mail: Some("ada@example.org".to_owned()),
        has_password: true,
        created_at_ms: Some(NOW_MS - 90 * HOUR_MS),
        ..AccountRow::default()
    }
}

pub(crate) fn token(name: &str) -> TokenRow {
    TokenRow {
        id: "t-1".to_owned(),
        name: name.to_owned(),
        scopes: r#"["pull","push:acme/*"]"#.to_owned(),
        created_at_ms: Some(NOW_MS - 50 * HOUR_MS),
        expires_at_ms: Some(NOW_MS + 900 * HOUR_MS),
        used_at_ms: Some(NOW_MS - 3 * HOUR_MS),
    }
}

pub(crate) fn namespace(name: &str, role: Option<&str>) -> NamespaceRow {
    NamespaceRow {
        name: name.to_owned(),
        created_at_ms: Some(NOW_MS - 80 * HOUR_MS),
        verified: name == "acme",
        quota_bytes: None,
        used_bytes: Some(12 * GB),
        role: role.map(str::to_owned),
    }
}

pub(crate) fn detail() -> AccountDetail {
    let unused = TokenRow { id: "t-2".to_owned(), used_at_ms: None, ..token("build server") };
    AccountDetail {
        account: Some(account()),
        identities: vec![IdentityRow {
            issuer: "https://id.example".to_owned(),
            subject: "7".to_owned(),
        }],
        tokens: vec![token("laptop"), unused],
        namespaces: vec![namespace("acme", Some("publisher")), namespace("ada", Some("owner"))],
    }
}

pub(crate) fn namespace_detail(role: Option<&str>) -> NamespaceDetail {
    let member = |account: &str, role: &str| MemberRow {
        account: account.to_owned(),
        role: role.to_owned(),
        added_at_ms: Some(NOW_MS - 30 * HOUR_MS),
    };
    let listed = |name: &str, tag_count: f64| ListedRow {
        name: name.to_owned(),
        updated_at_ms: Some(NOW_MS - HOUR_MS),
        tag_count,
    };
    NamespaceDetail {
        namespace: namespace("acme", role),
        members: vec![member("ada", "owner"), member("grace", "publisher")],
        publishers: vec![PublisherRow {
            id: "p-1".to_owned(),
            issuer: "https://token.actions.githubusercontent.com".to_owned(),
            claims: r#"{"repository":"acme/edge-proxy","workflow":"release.yml"}"#.to_owned(),
            created_by: "ada".to_owned(),
            created_at_ms: Some(NOW_MS - HOUR_MS),
        }],
        repositories: vec![listed("acme/edge-proxy", 12.0), listed("acme/tools", 1.0)],
    }
}
