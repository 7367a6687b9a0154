//! New keys: what was signed with the one before stays good as long as that is kept, and nobody is
//! signed out by it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::Api;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::client::registry::text;
use roadstead_tests::database::execute;
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack;
use roadstead_tests::token::fresh_key;
use serde_json::json;

static ROTATED: OwnStack = OwnStack::new("rotated");

pub(super) fn claims() -> Vec<Trial> {
    claims![a_new_key_ends_nothing_while_the_old_one_is_kept]
}

pub(super) fn stop() {
    ROTATED.stop();
}

fn restart_with(current: &[u8], previous: Option<&[u8]>) {
    let (current, previous) =
        (STANDARD.encode(current), previous.map(|key| STANDARD.encode(key)).unwrap_or_default());
    ROTATED.get().set(&[("TOKEN_KEY", &current), ("TOKEN_KEY_PREVIOUS", &previous)]);
    ROTATED.get().restart().unwrap_or_else(|error| panic!("{error}"));
}

fn a_new_key_ends_nothing_while_the_old_one_is_kept() {
    let edge = ROTATED.get();
    let person = Person::new(edge, "lasting");
    let operator = Person::stranger(edge, stack::OPERATOR);
    let _ = operator.sign_in(stack::PASSWORD).expect(200);
    let (_, personal) = person.personal_token(&["pull"]);
    let registry = text(&person.ask_token(PASSWORD, &[]).expect(200).json(), "token");
    let made = Api::of(edge).post("admin/accounts/lasting/recovery", &json!({})).expect(200);
    let link = text(&made.json(), "url").split("token=").nth(1).unwrap_or_default().to_owned();
    let ping = || Request::get("/v2/").at(edge.host()).bearer(&registry).send().status;

    let old = edge.key().to_vec();
    let new = fresh_key().unwrap_or_else(|error| panic!("{error}"));
    restart_with(&new, Some(&old));
    assert_eq!(ping(), 200);
    let _ = person.get("account").expect(200);
    let _ = operator.get("admin/accounts").expect(200);
    let _ = person.ask_token(&personal, &[]).expect(200);
    let late = Person::stranger(edge, "lasting");
    let _ = late.sign_in(PASSWORD).expect(200);
    let late_operator = Person::stranger(edge, stack::OPERATOR);
    let _ = late_operator.sign_in(stack::PASSWORD).expect(200);

    restart_with(&new, None);
    assert_eq!(ping(), 401);
    let _ = person.get("account").expect(401);
    let _ = late.get("account").expect(200);
    let _ = late_operator.get("admin/accounts").expect(200);
    let _ = person.ask_token(&personal, &[]).expect(200);
    let asked = json!({ "token": link, "new_password": "another long password" });
    let _ = person.post("account/recover", &asked).expect(400);

    edge.stop();
    execute(edge, "UPDATE tokens SET expires_at_ms = 1 WHERE account = 'lasting'");
    restart_with(&new, Some(&old));
    let _ = person.post("account/recover", &asked).expect(200);
    let _ = late.get("account").expect(401);
    // The token's own end has come meanwhile.
    let _ = person.ask_token(&personal, &[]).expect(401);
}
