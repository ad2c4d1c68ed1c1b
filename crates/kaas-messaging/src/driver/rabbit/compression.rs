// SPDX-License-Identifier: Apache-2.0
//! Bodies that a peer compressed (`kombu_compression`). What it calls gzip is zlib's format.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use lapin::BasicProperties;
use lapin::types::AMQPValue;

use crate::bounded::MESSAGE_BYTES;

/// The body as it was; unchanged where it is not compressed, or not in a way that we know.
pub(super) fn expanded(properties: &BasicProperties, body: Vec<u8>) -> Vec<u8> {
    let headers = properties
        .headers()
        .as_ref()
        .map(lapin::types::FieldTable::inner);
    let compression = match headers.and_then(|headers| headers.get("compression")) {
        Some(AMQPValue::LongString(name)) => name.to_string(),
        _ => return body,
    };
    if compression != "application/x-gzip" {
        tracing::warn!(
            "a message is compressed as '{compression}', which is not read: let its sender use gzip"
        );
        return body;
    }
    let mut expanded = Vec::new();
    // One byte more than is read shows that it is too long.
    let room = u64::try_from(MESSAGE_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    match ZlibDecoder::new(body.as_slice())
        .take(room)
        .read_to_end(&mut expanded)
    {
        Ok(_) => expanded,
        Err(_) => body,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use lapin::types::FieldTable;

    use super::*;

    fn properties(name: &str) -> BasicProperties {
        let mut headers = FieldTable::default();
        headers.insert("compression".into(), AMQPValue::LongString(name.into()));
        BasicProperties::default().with_headers(headers)
    }

    fn compressed(length: usize) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&vec![b' '; length]).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_expands_without_end_is_cut() {
        let gzip = properties("application/x-gzip");
        assert_eq!(expanded(&gzip, compressed(1000)), vec![b' '; 1000]);
        assert_eq!(
            expanded(&gzip, compressed(MESSAGE_BYTES * 4)).len(),
            MESSAGE_BYTES + 1
        );
    }

    #[test]
    fn what_cannot_be_expanded_is_left() {
        let body = b"{}".to_vec();
        assert_eq!(
            expanded(&properties("application/x-gzip"), body.clone()),
            body
        );
        assert_eq!(
            expanded(&properties("application/x-bz2"), body.clone()),
            body
        );
        assert_eq!(expanded(&BasicProperties::default(), body.clone()), body);
    }
}
