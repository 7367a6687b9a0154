//! Namespaces: who publishes where, and who decides about it.

use super::{edge, fresh};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::stack;
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        everybody_publishes_in_their_own_and_nowhere_else,
        what_nobody_owns_is_the_operators,
        members_publish_and_owners_decide,
        somebody_always_owns_a_namespace,
        who_is_no_member_sees_nothing,
        an_account_has_so_many_namespaces,
        of_owners_who_leave_at_once_one_stays,
        settings_of_a_repository_are_its_members_to_decide,
    ]
}

fn everybody_publishes_in_their_own_and_nowhere_else() {
    let (person, other) =
        (Person::new(edge(), &fresh("mine")), Person::new(edge(), &fresh("theirs")));
    for (name, status) in [
        (format!("{}/a", person.name), 202),
        (format!("{}/a/b", person.name), 202),
        (person.name.clone(), 202),
        (format!("{}/a", other.name), 401),
        (other.name.clone(), 401),
        (format!("{}x/a", person.name), 401),
        (format!("x/{}", person.name), 401),
    ] {
        assert_eq!(person.push_status(PASSWORD, &name), status, "{name}");
    }
}

fn what_nobody_owns_is_the_operators() {
    let person = Person::new(edge(), &fresh("person"));
    let operator = Person::stranger(edge(), stack::OPERATOR);
    for name in ["library/tool", "unowned/tool", "tool", &format!("{}/tool", person.name)] {
        assert_eq!(operator.push_status(stack::PASSWORD, name), 202, "{name}");
    }
    for name in ["library/tool", "unowned/tool", "tool"] {
        assert_eq!(person.push_status(PASSWORD, name), 401, "{name}");
    }
    let _ = person.post("namespaces", &json!({ "name": "library" })).expect(409);
}

fn members_publish_and_owners_decide() {
    let (owner, member) =
        (Person::new(edge(), &fresh("owner")), Person::new(edge(), &fresh("member")));
    let name = fresh("team");
    let _ = owner.post("namespaces", &json!({ "name": name })).expect(201);
    let repository = format!("{name}/tool");
    let path = |account: &str| format!("namespaces/{name}/members/{account}");
    assert_eq!(member.push_status(PASSWORD, &repository), 401);
    let _ = owner.put(&path(&member.name), &json!({ "role": "publisher" })).expect(200);
    assert_eq!(member.push_status(PASSWORD, &repository), 202);
    let shown = member.get(&format!("namespaces/{name}")).expect(200).json();
    let mut members = vec![
        json!({ "account": owner.name, "role": "owner" }),
        json!({ "account": member.name, "role": "publisher" }),
    ];
    members.sort_by_key(|member| member["account"].to_string());
    assert_eq!(shown["members"], json!(members));
    assert_eq!((&shown["verified"], &shown["used_bytes"]), (&json!(false), &json!(0)));
    // A publisher decides nothing about members, but may leave.
    let _ = member.put(&path("somebody"), &json!({ "role": "owner" })).expect(403);
    let _ = member.put(&path(&member.name), &json!({ "role": "owner" })).expect(403);
    let _ = member.delete(&path(&owner.name), &json!({})).expect(403);
    for role in ["king", ""] {
        let _ = owner.put(&path(&member.name), &json!({ "role": role })).expect(400);
    }
    let _ = owner.put(&path("nobody-has-this-name"), &json!({ "role": "owner" })).expect(404);
    let _ = member.delete(&path(&member.name), &json!({})).expect(204);
    assert_eq!(member.push_status(PASSWORD, &repository), 401);
    let _ = owner.delete(&path(&member.name), &json!({})).expect(404);
}

fn somebody_always_owns_a_namespace() {
    let (first, second) =
        (Person::new(edge(), &fresh("first")), Person::new(edge(), &fresh("second")));
    let name = fresh("kept");
    let _ = first.post("namespaces", &json!({ "name": name })).expect(201);
    let path = |account: &str| format!("namespaces/{name}/members/{account}");
    let _ = first.delete(&path(&first.name), &json!({})).expect(409);
    let _ = first.put(&path(&first.name), &json!({ "role": "publisher" })).expect(409);
    let _ = first.put(&path(&second.name), &json!({ "role": "publisher" })).expect(200);
    let end = json!({ "password": PASSWORD, "repositories": "keep" });
    let _ = first.delete("account", &end).expect(409);
    let _ = first.put(&path(&second.name), &json!({ "role": "owner" })).expect(200);
    let _ = first.put(&path(&first.name), &json!({ "role": "publisher" })).expect(200);
    let _ = second.delete(&path(&second.name), &json!({})).expect(409);
    let _ = first.delete("account", &end).expect(204);
    let shown = second.get(&format!("namespaces/{name}")).expect(200).json();
    assert_eq!(shown["members"], json!([{ "account": second.name, "role": "owner" }]));
}

fn who_is_no_member_sees_nothing() {
    let (owner, other) =
        (Person::new(edge(), &fresh("seen")), Person::new(edge(), &fresh("unseen")));
    let path = format!("namespaces/{}", owner.name);
    let mine = other.get(&path).expect(404).json();
    let none = other.get(&format!("namespaces/{}", fresh("none"))).expect(404).json();
    assert_eq!(mine["errors"][0]["code"], none["errors"][0]["code"]);
    let member = format!("{path}/members/{}", other.name);
    let _ = other.put(&member, &json!({ "role": "owner" })).expect(404);
    let _ = other.delete(&format!("{path}/members/{}", owner.name), &json!({})).expect(404);
}

fn an_account_has_so_many_namespaces() {
    let person = Person::new(edge(), &fresh("many"));
    // One of its own name it has already.
    for _ in 1..10 {
        let _ = person.post("namespaces", &json!({ "name": fresh("more") })).expect(201);
    }
    let _ = person.post("namespaces", &json!({ "name": fresh("more") })).expect(409);
    let list = person.get("namespaces").expect(200).json();
    assert_eq!(list["namespaces"].as_array().map(Vec::len), Some(10));
    // Nor does it get more from others; the operator does.
    let giver = Person::new(edge(), &fresh("giver"));
    let path = |account: &str| format!("namespaces/{}/members/{account}", giver.name);
    let owner = json!({ "role": "owner" });
    let _ = giver.put(&path(&person.name), &owner).expect(409);
    let _ = giver.put(&path(&person.name), &json!({ "role": "publisher" })).expect(200);
    let _ = giver.put(&path(&person.name), &owner).expect(409);
    let _ = giver.put(&path(stack::OPERATOR), &owner).expect(200);
    let left = |account: &str| format!("namespaces/{}/members/{account}", person.name);
    let _ = person.put(&left(&giver.name), &owner).expect(200);
    let _ = person.put(&left(&person.name), &json!({ "role": "publisher" })).expect(200);
    let _ = giver.put(&path(&person.name), &owner).expect(200);
    let _ = giver.put(&path(&person.name), &owner).expect(200);
}

fn of_owners_who_leave_at_once_one_stays() {
    let ends = |person: &Person| {
        let end = json!({ "password": PASSWORD, "repositories": "keep" });
        person.delete("account", &end).status
    };
    for round in 0..6 {
        let (one, two) = (Person::new(edge(), &fresh("one")), Person::new(edge(), &fresh("two")));
        let third = Person::new(edge(), &fresh("third"));
        let path = |account: &str| format!("namespaces/{}/members/{account}", one.name);
        let _ = one.put(&path(&two.name), &json!({ "role": "owner" })).expect(200);
        let _ = one.put(&path(&third.name), &json!({ "role": "publisher" })).expect(200);
        let leaves = |person: &Person| person.delete(&path(&person.name), &json!({})).status;
        let steps = |person: &Person| {
            let role = json!({ "role": "publisher" });
            person.put(&path(&person.name), &role).status
        };
        let mut statuses = std::thread::scope(|scope| {
            let first = scope.spawn(|| if round % 2 == 0 { leaves(&one) } else { ends(&one) });
            let second = scope.spawn(|| if round % 3 == 0 { leaves(&two) } else { steps(&two) });
            [first.join().unwrap_or_default(), second.join().unwrap_or_default()]
        });
        statuses.sort_unstable();
        assert_eq!(statuses[1], 409, "{statuses:?}");
        let shown = third.get(&format!("namespaces/{}", one.name)).expect(200).json();
        let members = shown["members"].as_array().cloned().unwrap_or_default();
        let owners = members.iter().filter(|member| member["role"] == "owner").count();
        assert_eq!(owners, 1, "{shown}");
    }
}

fn settings_of_a_repository_are_its_members_to_decide() {
    let (owner, other) =
        (Person::new(edge(), &fresh("decides")), Person::new(edge(), &fresh("not")));
    let path = format!("repositories/{}/tool", owner.name);
    let _ = owner.put(&path, &json!({ "immutable_tags": true })).expect(200);
    let _ = other.put(&path, &json!({ "immutable_tags": false })).expect(403);
    assert_eq!(other.get(&path).expect(200).json()["immutable_tags"], true);
    let import =
        json!({ "source": "docker.io/library/alpine", "target": format!("{}/x", owner.name) });
    let _ = other.post("import", &import).expect(403);
    let basic = Request::new("PUT", format!("/api/v1/{path}")).at(edge().host());
    let basic = basic.basic(&owner.name, PASSWORD).body(r#"{"immutable_tags":false}"#);
    let _ = basic.send().expect(200);
}
