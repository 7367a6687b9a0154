-- Lists that the operator puts, as people see them. What requests are decided by is an object in the
-- bucket; a row here is written after it.

CREATE TABLE IF NOT EXISTS operator_lists (
  name          TEXT    NOT NULL PRIMARY KEY,   -- 'networks'
  document      TEXT    NOT NULL,               -- JSON, as the API gives it
  changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
