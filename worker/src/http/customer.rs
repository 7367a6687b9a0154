//! Who asks, as far as it is counted: the account of the credentials, and where the request comes
//! from. Only what the platform itself says of that is believed: `X-Forwarded-For` is anybody's.

use super::call::Call;
use super::request;
use crate::auth::Caller;
use crate::config;
use crate::service::Meter;
use crate::service::meter::Customer;
use crate::store::Store;
use core::net::{IpAddr, Ipv4Addr};
use js_sys::Reflect;
use roadstead_shared::tier::{Allowance, address};
use wasm_bindgen::JsValue;
use web_sys::Request;
use worker::Env;

/// The header in which the platform says it.
const ADDRESS: &str = "cf-connecting-ip";

/// The meter of a request that `caller` makes.
pub fn meter<'a>(
    env: &Env,
    store: &'a Store,
    request: &Request,
    caller: &Caller,
    call: &Call,
) -> Meter<'a> {
    let (account, allowance) = caller.counted_as();
    meter_of(env, store, request, account, allowance, call)
}

/// The same where the account is known in another way, as by a session; it is empty for nobody.
pub fn meter_of<'a>(
    env: &Env,
    store: &'a Store,
    request: &Request,
    account: &str,
    allowance: Option<Allowance>,
    call: &Call,
) -> Meter<'a> {
    // Without an address all who have none are one: that is so on no platform, and limits nobody
    // less than it should.
    let address = request::header(request, ADDRESS).as_deref().and_then(address::parse);
    let customer = Customer {
        account: account.to_owned(),
        allowance,
        address: address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        asn: asn(request),
    };
    Meter::new(store, config::tiers(env), customer, &call.request_id)
}

/// `request.cf.asn`, and nothing else of `cf`, which has some kilobytes.
fn asn(request: &Request) -> Option<u32> {
    let get = |of: &JsValue, name| Reflect::get(of, &JsValue::from_str(name)).ok();
    let asn = get(&get(request.as_ref(), "cf").filter(JsValue::is_object)?, "asn")?.as_f64()?;
    let is_whole = asn.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&asn);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number within the range"
    )]
    is_whole.then_some(asn as u32)
}
