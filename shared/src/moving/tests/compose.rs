use super::*;

const FILE: &str = r#"x-db: &db
  image: "postgres:${PG_VERSION:-16.4}"   # the database
services:
  web:
    image: ${REGISTRY:-docker.io}/acme/web:${TAG}
    build:
      context: .
  proxy:
    image: 'traefik:v3'
    labels:
      - "image: not this"
  cache: {image: redis, restart: always}
  db:
    <<: *db
  own:
    image: ${OWN}/x:1
  queue:
    image: quay.io/acme/queue:${TAG:?set it}
    command: |
      image: nor this
    environment:
      NOTE: "spans
        image: nginx
        lines"
"#;

#[test]
fn services_are_read_with_their_variables() {
    assert_eq!(
        shown(Format::Yaml, FILE),
        [
            "2:11 postgres:${PG_VERSION:-16.4} -> reg.example/hub/library/postgres:16.4",
            "5:12 ${REGISTRY:-docker.io}/acme/web:${TAG} -> (this file builds it)",
            "9:13 traefik:v3 -> reg.example/hub/library/traefik:v3",
            "12:18 redis -> reg.example/hub/library/redis",
            "16:12 ${OWN}/x:1 -> (${OWN} has no default here, and could be any registry)",
            "18:12 quay.io/acme/queue:${TAG:?set it} -> reg.example/quay/acme/queue:${TAG:?set it}",
        ]
    );
    assert_eq!(report(Format::Yaml, FILE).kind.label(), "compose file");
}

#[test]
fn a_default_in_the_file_is_rewritten_where_it_stands() {
    let text = "services:\n  a:\n    image: ${R:-docker.io}/acme/a:${T:-1.0}\n";
    let expected = text.replace("docker.io", "reg.example/hub");
    assert_eq!(rewritten(Format::Yaml, text), expected);
    let expected = FILE
        .replace("\"postgres", "\"reg.example/hub/library/postgres")
        .replace("'traefik", "'reg.example/hub/library/traefik")
        .replace("image: redis", "image: reg.example/hub/library/redis")
        .replace("quay.io", "reg.example/quay");
    assert_eq!(rewritten(Format::Yaml, FILE), expected);
}
