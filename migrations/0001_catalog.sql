-- The index for people. Every row is computed from the bucket and can be computed again;
-- only the edge's Repository object writes here, the site only reads. Times are milliseconds UTC.

CREATE TABLE IF NOT EXISTS repositories (
  name          TEXT    NOT NULL PRIMARY KEY,   -- acme/edge-proxy
  description   TEXT,                           -- org.opencontainers.image.description of what was pushed last
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL                -- the last push
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS repositories_by_update ON repositories (updated_at_ms DESC);

CREATE TABLE IF NOT EXISTS manifests (
  repository    TEXT    NOT NULL,
  digest        TEXT    NOT NULL,               -- sha256:… or sha512:…
  media_type    TEXT    NOT NULL,               -- as stored, byte for byte
  kind          TEXT    NOT NULL,               -- 'image', 'index', 'chart' or 'artifact'
  artifact_type TEXT,                           -- the manifest's artifactType, else its config's media type
  subject       TEXT,                           -- the digest that this manifest says something about
  size_bytes    INTEGER NOT NULL,               -- of the manifest document itself
  content_bytes INTEGER NOT NULL,               -- config and layers, compressed; 0 for an index
  os            TEXT,                           -- from the config, images only
  architecture  TEXT,
  variant       TEXT,
  built_at      TEXT,                           -- RFC 3339, from the config or the annotations
  annotations   TEXT    NOT NULL DEFAULT '{}',  -- JSON object of strings
  pushed_at_ms  INTEGER NOT NULL,
  PRIMARY KEY (repository, digest)
) STRICT, WITHOUT ROWID;

-- The manifests that an index names, in its order, with the platform that the index says.
CREATE TABLE IF NOT EXISTS children (
  repository    TEXT    NOT NULL,
  parent        TEXT    NOT NULL,
  position      INTEGER NOT NULL,
  digest        TEXT    NOT NULL,
  os            TEXT,
  architecture  TEXT,
  variant       TEXT,
  annotations   TEXT    NOT NULL DEFAULT '{}',
  PRIMARY KEY (repository, parent, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS layers (
  repository    TEXT    NOT NULL,
  manifest      TEXT    NOT NULL,
  position      INTEGER NOT NULL,
  digest        TEXT    NOT NULL,
  media_type    TEXT    NOT NULL,
  size_bytes    INTEGER NOT NULL,
  PRIMARY KEY (repository, manifest, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS tags (
  repository    TEXT    NOT NULL,
  tag           TEXT    NOT NULL,
  digest        TEXT    NOT NULL,
  pushed_at_ms  INTEGER NOT NULL,
  PRIMARY KEY (repository, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_by_push ON tags (repository, pushed_at_ms DESC);
