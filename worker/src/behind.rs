//! What is done behind a response: the client has its answer already and does not wait.

use std::rc::Rc;
use worker::Context;

/// The time after the response that one request has. What is begun here is ended, whatever becomes
/// of the client; the platform gives it thirty seconds.
#[derive(Clone, Debug)]
pub struct Behind(Rc<Context>);

impl Behind {
    /// What may be done behind the response of the request with this context.
    pub fn new(context: Context) -> Self {
        Self(Rc::new(context))
    }

    /// Does `work` there.
    pub fn run(&self, work: impl Future<Output = ()> + 'static) {
        self.0.wait_until(work);
    }
}
