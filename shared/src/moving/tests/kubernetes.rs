use super::*;

const FILE: &str = r#"# image: in-a-comment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      initContainers:
      - image: busybox:1.36
        name: wait
      containers:
        - name: web
          image: "nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        -   name: side
            image:   k8s.gcr.io/pause:3.9   # old name
      ephemeralContainers: [{name: debug, image: "alpine"}, {image: 'docker.io/acme/dbg:1'}]
---
kind: ConfigMap
apiVersion: v1
data:
  compose.yaml: |
    services:
      a:
        image: not-this

  page: >-
    image: nor-this
---
{"kind": "Pod", "spec": {"containers": [
  {"image": "registry.k8s.io/pause:3.10"}]}}
---
apiVersion: v1
kind: Pod
spec:
  containers:
  - image: &tool ghcr.io/acme/tool:1.0
  - image: *tool
  - image: {{ .Values.image }}
  - image: "ghcr.io/acme/app:{{ .Chart.AppVersion }}"
  - image: registry.internal/app:1
  - image: Not An Image
"#;

#[test]
fn containers_of_all_kinds_are_found() {
    assert_eq!(
        shown(Format::Yaml, FILE),
        [
            "10:16 busybox:1.36 -> reg.example/hub/library/busybox:1.36",
            &format!("14:19 nginx@{DIGEST} -> reg.example/hub/library/nginx@{DIGEST}"),
            "16:22 k8s.gcr.io/pause:3.9 -> reg.example/k8s/pause:3.9",
            "17:51 alpine -> reg.example/hub/library/alpine",
            "17:70 docker.io/acme/dbg:1 -> reg.example/hub/acme/dbg:1",
            "31:14 registry.k8s.io/pause:3.10 -> reg.example/k8s/pause:3.10",
            "37:18 ghcr.io/acme/tool:1.0 -> reg.example/ghcr/acme/tool:1.0",
            "37:18 ghcr.io/acme/tool:1.0 -> reg.example/ghcr/acme/tool:1.0",
            "39:12 {{ .Values.image }} -> ({{ .Values.image }} has no default here, and could be any registry)",
            "40:13 ghcr.io/acme/app:{{ .Chart.AppVersion }} -> reg.example/ghcr/acme/app:{{ .Chart.AppVersion }}",
            "41:12 registry.internal/app:1 -> (no rule for registry.internal)",
            "42:12 Not An Image -> (this is no image reference)",
        ]
    );
}

#[test]
fn quotes_comments_and_spaces_stay() {
    let expected = FILE
        .replace("image: busybox:", "image: reg.example/hub/library/busybox:")
        .replace("\"nginx@", "\"reg.example/hub/library/nginx@")
        .replace("k8s.gcr.io", "reg.example/k8s")
        .replace("\"alpine\"", "\"reg.example/hub/library/alpine\"")
        .replace("docker.io", "reg.example/hub")
        .replace("registry.k8s.io", "reg.example/k8s")
        .replace("ghcr.io", "reg.example/ghcr");
    assert_eq!(rewritten(Format::Yaml, FILE), expected);
}

#[test]
fn kubeadms_repositories_are_rewritten_and_its_trap_is_named() {
    let text = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n\
                imageRepository: registry.k8s.io\netcd:\n  local:\n    imageRepository: \"registry.k8s.io\"\n    imageTag: 3.5.15-0\n";
    assert_eq!(
        shown(Format::Yaml, text),
        ["3:18 registry.k8s.io -> reg.example/k8s", "6:23 registry.k8s.io -> reg.example/k8s",]
    );
    let report = report(Format::Yaml, text);
    assert_eq!(report.kind.label(), "kubeadm configuration");
    let notes: Vec<bool> = report.references.iter().map(|it| it.note.is_some()).collect();
    assert_eq!(notes, [true, false]);
    let expected = text
        .replace(": registry.k8s.io", ": reg.example/k8s")
        .replace("\"registry.k8s.io", "\"reg.example/k8s");
    assert_eq!(rewritten(Format::Yaml, text), expected);
    let dns = format!("{text}dns:\n  imageRepository: registry.k8s.io/coredns\n");
    let report = super::report(Format::Yaml, &dns);
    assert!(report.references.iter().all(|it| it.note.is_none()));
    assert!(report.rewrite(&dns).ends_with("imageRepository: reg.example/k8s/coredns\n"));
}
