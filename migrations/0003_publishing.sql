-- Trusted publishing. Times are milliseconds UTC.

-- Tokens of jobs that were traded already, until they are over anyway: none is good twice.
CREATE TABLE IF NOT EXISTS job_tokens (
  hash          TEXT    NOT NULL PRIMARY KEY,  -- SHA-256 of issuer and token id, hexadecimal
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS job_tokens_by_expiry ON job_tokens (expires_at_ms);
