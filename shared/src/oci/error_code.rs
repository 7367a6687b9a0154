//! The closed list of error codes and the error body. distribution-spec 1.1, "Error Codes".

use serde::Serialize;

/// A code of the specification. Two are ours and appear only with a 5xx status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are the specification's own and say it all")]
pub enum ErrorCode {
    BlobUnknown,
    BlobUploadInvalid,
    BlobUploadUnknown,
    DigestInvalid,
    ManifestBlobUnknown,
    ManifestInvalid,
    ManifestUnknown,
    NameInvalid,
    NameUnknown,
    SizeInvalid,
    Unauthorized,
    Denied,
    Unsupported,
    #[serde(rename = "TOOMANYREQUESTS")]
    TooManyRequests,
    /// Ours: something here failed (500).
    InternalError,
    /// Ours: something here is not to be had just now (503).
    Unavailable,
}

/// `{"errors":[{"code":…,"message":…,"detail":…}]}`
#[derive(Debug, Serialize)]
pub struct ErrorBody {
    errors: [ErrorEntry; 1],
}

#[derive(Debug, Serialize)]
struct ErrorEntry {
    code: ErrorCode,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<serde_json::Value>,
}

impl ErrorBody {
    /// A body with one error. `message` is printed by clients as it stands.
    pub fn new(code: ErrorCode, message: String, detail: Option<serde_json::Value>) -> Self {
        Self { errors: [ErrorEntry { code, message, detail }] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_spelled_as_the_specification_spells_them() {
        let spelled = |code| serde_json::to_value(code).unwrap();
        assert_eq!(spelled(ErrorCode::BlobUploadUnknown), "BLOB_UPLOAD_UNKNOWN");
        assert_eq!(spelled(ErrorCode::TooManyRequests), "TOOMANYREQUESTS");
    }

    #[test]
    fn a_body_without_detail_has_no_such_field() {
        let body = ErrorBody::new(ErrorCode::Denied, "no".into(), None);
        let text = serde_json::to_string(&body).unwrap();
        assert_eq!(text, r#"{"errors":[{"code":"DENIED","message":"no"}]}"#);
    }
}
