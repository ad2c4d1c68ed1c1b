// SPDX-License-Identifier: Apache-2.0
//! Which method a request is for.

use super::endpoint::{Endpoint, Method};
use crate::message::{Failure, Request};

/// The first endpoint that serves the request and has its method (`RPCDispatcher.dispatch`).
pub(super) fn find<'a>(
    endpoints: &'a [Endpoint],
    request: &Request,
) -> Result<&'a Method, Failure> {
    let (namespace, version) = (request.namespace.as_deref(), request.asks_for());
    let serving = endpoints
        .iter()
        .filter(|endpoint| endpoint.serves(namespace, version));
    let mut served = false;
    for endpoint in serving {
        served = true;
        if let Some(method) = endpoint.get(&request.method) {
            return Ok(method);
        }
    }
    Err(if served {
        Failure::no_such_method(&request.method)
    } else {
        Failure::unsupported_version(version, &request.method)
    })
}
