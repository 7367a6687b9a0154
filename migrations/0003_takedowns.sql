-- What is taken down, so that pages say so. Made from the list in the bucket, which is what pulls
-- are refused by; it can be made again.

CREATE TABLE IF NOT EXISTS takedowns (
  repository TEXT    NOT NULL PRIMARY KEY,
  reason     TEXT    NOT NULL,
  at_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
