use super::*;

const FILE: &str = r#"# Values
image:
  registry: docker.io
  repository: bitnami/nginx
  tag: 1.27.1-debian-12-r0
  digest: ""
  pullPolicy: IfNotPresent
metrics:
  image:
    repository: quay.io/prometheus/node-exporter
    tag: "v1.8.2"
sidecar:
  image:
    repository: busybox
    tag: ~
    sha: ""
controller:
  image:
    image: acme/controller
    tag: v1.11.2
    digest: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
testImage: alpine
helper:
  image: docker.io/curlimages/curl:8.9.1
logo:
  image: /static/logo.png
chart:
  repository: https://charts.example/stable
  tag: 1
"#;

#[test]
fn blocks_are_references_in_parts() {
    assert_eq!(
        shown(Format::Yaml, FILE),
        [
            "4:15 docker.io/bitnami/nginx:1.27.1-debian-12-r0 -> reg.example/hub/bitnami/nginx:1.27.1-debian-12-r0",
            "10:17 quay.io/prometheus/node-exporter:v1.8.2 -> reg.example/quay/prometheus/node-exporter:v1.8.2",
            "14:17 busybox -> reg.example/hub/library/busybox",
            &format!(
                "19:12 acme/controller:v1.11.2@{DIGEST} -> reg.example/hub/acme/controller:v1.11.2@{DIGEST}"
            ),
            "24:10 docker.io/curlimages/curl:8.9.1 -> reg.example/hub/curlimages/curl:8.9.1",
        ]
    );
    let expected = FILE
        .replace("registry: docker.io", "registry: reg.example/hub")
        .replace("quay.io", "reg.example/quay")
        .replace(": busybox", ": reg.example/hub/library/busybox")
        .replace(" acme/", " reg.example/hub/acme/")
        .replace("docker.io/curl", "reg.example/hub/curl");
    assert_eq!(rewritten(Format::Yaml, FILE), expected);
}

#[test]
fn a_chart_with_one_registry_for_all_changes_there() {
    let text = "global:\n  image:\n    registry: registry.k8s.io\ncontroller:\n  image:\n    image: ingress-nginx/controller\n    tag: v1.11.2\n";
    assert_eq!(
        shown(Format::Yaml, text),
        [
            "3:15 registry.k8s.io -> reg.example/k8s",
            "6:12 registry.k8s.io/ingress-nginx/controller:v1.11.2 -> reg.example/k8s/ingress-nginx/controller:v1.11.2",
        ]
    );
    assert_eq!(rewritten(Format::Yaml, text), text.replace("registry.k8s.io", "reg.example/k8s"));
}

#[test]
fn files_of_vendir_and_workshops_are_read() {
    let text = "spec:\n  workshop:\n    files:\n    - image:\n        url: ghcr.io/educates/lab-files:5.0\n    - image: {url: \"$(oci_image_cache)/lab:1\"}\n";
    assert_eq!(
        shown(Format::Yaml, text),
        [
            "5:14 ghcr.io/educates/lab-files:5.0 -> reg.example/ghcr/educates/lab-files:5.0",
            "6:21 $(oci_image_cache)/lab:1 -> ($(oci_image_cache) has no default here, and could be any registry)",
        ]
    );
}
