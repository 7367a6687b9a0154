use super::*;

#[test]
fn a_task_definition_is_read() {
    let text = r#"{
  "family": "web",
  "containerDefinitions": [
    { "name": "web", "image": "nginx:1.27", "essential": true },
    { "name": "agent", "image":"public.ecr.aws/datadog/agent:7", "environment": [{"name": "image", "value": "x"}] },
    { "name": "own", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1" },
    { "name": "odd", "image": "nginx\u003a1" }
  ]
}
"#;
    assert_eq!(
        shown(Format::Json, text),
        [
            "4:32 nginx:1.27 -> reg.example/hub/library/nginx:1.27",
            "5:33 public.ecr.aws/datadog/agent:7 -> reg.example/ecr-public/datadog/agent:7",
            "6:32 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1 -> (no rule for 123456789012.dkr.ecr.eu-west-1.amazonaws.com)",
            "7:32 nginx\\u003a1 -> (this is no image reference)",
        ]
    );
    assert_eq!(report(Format::Json, text).kind.label(), "ECS task definition");
    let expected = text
        .replace("\"nginx:", "\"reg.example/hub/library/nginx:")
        .replace("public.ecr.aws", "reg.example/ecr-public");
    assert_eq!(rewritten(Format::Json, text), expected);
}

#[test]
fn what_a_cluster_runs_is_shown_and_stays() {
    let text = format!(
        r#"{{"apiVersion":"v1","kind":"List","items":[{{"kind":"Pod","spec":{{"containers":[{{"image":"redis:7"}}]}},
"status":{{"containerStatuses":[{{"image":"docker.io/library/redis:7","imageID":"docker-pullable://redis@{DIGEST}"}},
{{"image":"sha256:aa","imageID":"sha256:aa"}}]}}}}]}}"#
    );
    assert_eq!(
        shown(Format::Json, &text),
        [
            "1:89 redis:7 -> reg.example/hub/library/redis:7".to_owned(),
            "2:42 docker.io/library/redis:7 -> (says what runs: change what asked for it)"
                .to_owned(),
            format!("2:98 redis@{DIGEST} -> (says what runs: change what asked for it)"),
        ]
    );
    let expected = text.replace("\"redis:7", "\"reg.example/hub/library/redis:7");
    assert_eq!(rewritten(Format::Json, &text), expected);
}

#[test]
fn several_documents_behind_one_another_are_read() {
    let text = "{\"image\":\"a/b:1\"}\n{\"image\":\"a/c:1\"}\n[{\"image\":\"a/d:1\"}]";
    assert_eq!(shown(Format::Json, text).len(), 3);
}
