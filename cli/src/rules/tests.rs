use super::*;
use serde_json::json;

/// `examples/terraform/secrets.dec.yaml` of the module, unchanged.
const EXAMPLE: &str = include_str!("example.yaml");

fn tables(imported: &Imported) -> Value {
    let table: toml::Table = imported.tables.parse().unwrap();
    serde_json::to_value(&table["vars"]["UPSTREAMS"]).unwrap()
}

#[test]
fn the_modules_example_becomes_tables_that_the_edge_reads() {
    let imported = import(EXAMPLE).unwrap();
    let expected = json!({
        "dockerhub": {
            "preset": "docker-hub", "username": "user", "password_secret": "DOCKERHUB_PASSWORD",
        },
        "gitlab": {
            "preset": "gitlab", "username": "user", "password_secret": "GITLAB_PASSWORD",
        },
        "public-ecr": { "preset": "ecr-public" },
    });
    assert_eq!(tables(&imported), expected);
    let (rules, wrong) = Rules::read(Some(&expected));
    assert_eq!((rules.all().len(), wrong.len()), (3, 0));
    assert_eq!(imported.secrets, ["DOCKERHUB_PASSWORD", "GITLAB_PASSWORD"]);
}

#[test]
fn no_password_is_printed() {
    let text = EXAMPLE.replace("accessToken: token", "accessToken: dckr_pat_verysecret");
    assert_ne!(text, EXAMPLE);
    let imported = import(&text).unwrap();
    let all = format!("{imported:?}");
    assert!(!all.contains("verysecret"), "{all}");
    // Nor where the file cannot be read.
    for mistake in [": [", "\n    accessToken: again", "\n  - x"] {
        let broken = text.replace("dckr_pat_verysecret", &format!("dckr_pat_verysecret{mistake}"));
        let error = import(&broken).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(!error.is_empty() && !error.contains("verysecret"), "{error}");
    }
}

#[test]
fn what_cannot_be_taken_over_is_said_and_why() {
    let remarks = import(EXAMPLE).unwrap().remarks;
    for words in [
        "dockerhub: repository_read_access_arns is left out",
        "dockerhub: image_tag_mutability IMMUTABLE is left out",
        "dockerhub: lifecycle_policy rule 1 (Keep last 5 images), imageCountMoreThan 5, is left out",
    ] {
        assert!(remarks.iter().any(|remark| remark.starts_with(words)), "{words}: {remarks:#?}");
    }
    assert_eq!(remarks.len(), 3, "{remarks:#?}");
    let policy = "a:\n  registry: quay.io\n  image_tag_mutability: MUTABLE\n  surprise: 1\n  \
                  lifecycle_policy:\n    rules:\n    - rulePriority: 2\n      selection: { countType: \
                  sinceImagePushed, countNumber: 14, countUnit: days, tagPatternList: ['*'] }\n";
    let remarks = import(policy).unwrap().remarks;
    assert_eq!(remarks.len(), 2, "{remarks:#?}");
    assert!(remarks[0].contains("sinceImagePushed 14 days"), "{remarks:#?}");
    assert!(remarks[0].contains("tagPatternList has no counterpart"), "{remarks:#?}");
    assert_eq!(remarks[1], "a: surprise is left out: it is not known here");
}

#[test]
fn registries_of_ones_own_keep_their_address() {
    let text = "registries:\n  acr: { registry: acme.azurecr.io }\n  \
                ecr: { registry: 123456789012.dkr.ecr.eu-west-1.amazonaws.com }\n  \
                own.example: { registry: registry.example:5000, username: 815, accessToken: x }\n";
    let expected = json!({
        "acr": { "preset": "azure", "url": "https://acme.azurecr.io" },
        "ecr": { "preset": "ecr", "url": "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com" },
        "own.example": {
            "url": "https://registry.example:5000", "username": "815",
            "password_secret": "OWN_EXAMPLE_PASSWORD",
        },
    });
    assert_eq!(tables(&import(text).unwrap()), expected);
}

#[test]
fn what_is_no_such_file_is_refused_with_a_reason() {
    for (text, words) in [
        ("", "no map of registries"),
        ("- a", "no map of registries"),
        ("a: [", "no YAML"),
        ("a: { registry: x }\na: { registry: y }", "no YAML"),
        ("a: 1", "a: is no map"),
        ("a: {}", "a: has no `registry`"),
        ("a: { registry: quay.io, username: u }", "both or none"),
        ("a: { registry: 10.0.0.1 }", "UPSTREAMS.a.url"),
        ("a/b: { registry: quay.io }", "UPSTREAMS.a/b"),
        ("a: { registry: quay.io }\nb: { registry: quay.io }", "UPSTREAMS.b.host"),
        ("a:\n  registry: ENC[x]\nsops: {}", "encrypted"),
    ] {
        let error = import(text).err().unwrap().to_string();
        assert!(error.contains(words), "{text:?}: {error}");
    }
}
