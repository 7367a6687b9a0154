-- People and what they decided. Unlike the index these rows cannot be computed again: they are
-- backed up. Times are milliseconds UTC.

CREATE TABLE IF NOT EXISTS accounts (
  name            TEXT    NOT NULL PRIMARY KEY,  -- as in references: acme
  password        TEXT,                          -- Argon2id, PHC string; NULL: signs in with a provider only
  mail            TEXT,                          -- for recovery, where letters can be sent
  created_at_ms   INTEGER NOT NULL,
  epoch           INTEGER NOT NULL DEFAULT 0,    -- sessions and links of an earlier one are over
  suspended       TEXT,                          -- why; NULL: it is not
  tier            TEXT,                          -- 'network': pulls without limit; NULL: as any account
  bytes_per_month INTEGER,                       -- a limit of its own; NULL: that of its tier
  deleted_at_ms   INTEGER                        -- the name stays taken: nobody else can become it
) STRICT, WITHOUT ROWID;

-- Who signs in elsewhere.
CREATE TABLE IF NOT EXISTS identities (
  issuer  TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS identities_by_account ON identities (account);

-- Personal access tokens. They are random, so a plain hash is enough.
CREATE TABLE IF NOT EXISTS tokens (
  id            TEXT    NOT NULL PRIMARY KEY,
  account       TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  hash          TEXT    NOT NULL UNIQUE,         -- SHA-256 of the token, hexadecimal
  scopes        TEXT    NOT NULL,                -- JSON array: "pull", "push:acme/*", "push:acme/edge"
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  used_at_ms    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_by_account ON tokens (account, created_at_ms);

CREATE TABLE IF NOT EXISTS namespaces (
  name           TEXT    NOT NULL PRIMARY KEY,
  created_at_ms  INTEGER NOT NULL,
  verified_at_ms INTEGER,                        -- the operator knows who this is
  quota_bytes    INTEGER,                        -- NULL: the setting STORAGE_BYTES_PER_NAMESPACE
  used_bytes     INTEGER NOT NULL DEFAULT 0      -- as its own object counted last, for people to see
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS members (
  namespace   TEXT    NOT NULL,
  account     TEXT    NOT NULL,
  role        TEXT    NOT NULL,                  -- 'owner' or 'publisher'
  added_at_ms INTEGER NOT NULL,
  PRIMARY KEY (namespace, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS members_by_account ON members (account);

-- Whose jobs may publish into a namespace without a stored secret.
CREATE TABLE IF NOT EXISTS publishers (
  id            TEXT    NOT NULL PRIMARY KEY,
  namespace     TEXT    NOT NULL,
  issuer        TEXT    NOT NULL,
  claims        TEXT    NOT NULL,                -- JSON object: {"repository": "acme/edge", …}
  created_by    TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS publishers_by_namespace ON publishers (namespace);

-- Who changed what. Nothing here is ever changed or removed by a call.
CREATE TABLE IF NOT EXISTS audit (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms  INTEGER NOT NULL,
  actor  TEXT    NOT NULL,                       -- an account, or '' for who has none
  action TEXT    NOT NULL,                       -- 'account.created', 'repository.taken-down', …
  target TEXT    NOT NULL,
  detail TEXT    NOT NULL DEFAULT '{}'           -- JSON object, never a secret
) STRICT;
CREATE INDEX IF NOT EXISTS audit_by_target ON audit (target, id);
