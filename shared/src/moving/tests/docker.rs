use super::*;

const FILE: &str = r#"# syntax=docker/dockerfile:1.7
ARG GO=1.23
ARG BASE="gcr.io/distroless/static-debian12"
ARG REGISTRY=docker.io
FROM --platform=$BUILDPLATFORM golang:${GO}-alpine AS build
COPY --from=ghcr.io/acme/certs:2024.1 /etc/ssl /etc/ssl
RUN --mount=type=bind,from=tonistiigi/xx:1.5,target=/xx \
    # FROM nobody
    make
RUN <<EOF
FROM not-an-image
EOF
FROM ${REGISTRY}/alpine:3.20 AS tools
FROM ${BASE:-busybox}
COPY --from=build /app /app
COPY --from=0 /x /x
FROM Build as again
FROM scratch
from registry.example:5000/team/app
FROM $UNKNOWN
FROM quay.io/$ORG/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
"#;

#[test]
fn every_reference_is_found_where_it_stands() {
    assert_eq!(
        shown(Format::Dockerfile, FILE),
        [
            "1:10 docker/dockerfile:1.7 -> reg.example/hub/docker/dockerfile:1.7",
            "5:32 golang:${GO}-alpine -> reg.example/hub/library/golang:1.23-alpine",
            "6:13 ghcr.io/acme/certs:2024.1 -> reg.example/ghcr/acme/certs:2024.1",
            "7:28 tonistiigi/xx:1.5 -> reg.example/hub/tonistiigi/xx:1.5",
            "13:6 ${REGISTRY}/alpine:3.20 -> reg.example/hub/library/alpine:3.20",
            "14:6 ${BASE:-busybox} -> reg.example/gcr/distroless/static-debian12",
            "15:13 build -> (a build stage of this file)",
            "17:6 Build -> (a build stage of this file)",
            "18:6 scratch -> (scratch is no image)",
            "19:6 registry.example:5000/team/app -> (no rule for registry.example:5000)",
            "20:6 $UNKNOWN -> ($UNKNOWN has no default here, and could be any registry)",
            &format!("21:6 quay.io/$ORG/app@{DIGEST} -> reg.example/quay/$ORG/app@{DIGEST}"),
        ]
    );
}

#[test]
fn only_the_references_change() {
    let expected = FILE
        .replace("=docker/dockerfile", "=reg.example/hub/docker/dockerfile")
        .replace("\"gcr.io/", "\"reg.example/gcr/")
        .replace("REGISTRY=docker.io", "REGISTRY=reg.example/hub")
        .replace(" golang:", " reg.example/hub/library/golang:")
        .replace("ghcr.io/acme", "reg.example/ghcr/acme")
        .replace("from=tonistiigi", "from=reg.example/hub/tonistiigi")
        .replace("/alpine:3.20", "/library/alpine:3.20")
        .replace("quay.io/$ORG", "reg.example/quay/$ORG");
    assert_eq!(rewritten(Format::Dockerfile, FILE), expected);
}

#[test]
fn a_default_that_serves_something_else_stays() {
    for text in [
        "ARG BASE=alpine\nFROM $BASE\nARG BASE\nLABEL base=${BASE}\n",
        "ARG NAME=alpine\nFROM $NAME\nFROM ghcr.io/acme/$NAME\n",
        "ARG R=docker.io\nFROM $R/acme/a\nFROM ghcr.io/$R/b\n",
    ] {
        let report = report(Format::Dockerfile, text);
        let why = |found: &crate::moving::Found| found.is_unmapped();
        assert!(report.references.iter().any(why), "{text}");
        let default = text.lines().next().unwrap();
        assert!(report.rewrite(text).starts_with(default), "{}", report.rewrite(text));
    }
}

#[test]
fn a_default_that_several_stages_share_changes_once() {
    let text = "ARG R=docker.io\nFROM $R/acme/a:1 AS x\nFROM ${R}/acme/b:1\n";
    assert_eq!(rewritten(Format::Dockerfile, text), text.replace("docker.io", "reg.example/hub"));
}

#[test]
fn a_backtick_may_end_lines_and_lines_may_end_as_on_windows() {
    let text = "# escape=`\r\nFROM `\r\n  mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nRUN dir C:\\\r\n";
    let expected = text.replace("mcr.microsoft.com", "reg.example/mcr");
    assert_eq!(rewritten(Format::Dockerfile, text), expected);
}

#[test]
fn what_floats_is_named_and_a_digest_never_floats() {
    let text = format!("FROM alpine\nFROM node:22\nFROM redis:7.4\nFROM a/b:latest@{DIGEST}\n");
    let report = report(Format::Dockerfile, &text);
    let floats: Vec<bool> = report.references.iter().map(|it| it.floating.is_some()).collect();
    assert_eq!(floats, [true, true, false, false]);
}
