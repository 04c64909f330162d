-- The journal: append-only transitions, one hash chain a run. Serves SQLite (table_options = STRICT)
-- and PostgreSQL (table_options empty).

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) ${table_options};

-- Grows by one with every opening; a commit of an older opening is refused.
INSERT INTO meta (name, value) VALUES ('epoch', 0);

-- The head of each run's chain, so that a cut-off tail shows.
CREATE TABLE run (
  run TEXT PRIMARY KEY,
  created TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL
) ${table_options};

CREATE TABLE transition (
  run TEXT NOT NULL REFERENCES run (run),
  sequence INTEGER NOT NULL,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  json TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (run, sequence)
) ${table_options};
