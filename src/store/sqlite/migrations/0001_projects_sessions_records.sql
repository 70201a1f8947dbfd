-- Ids are hyphenated UUIDs in lower case, times are milliseconds since the Unix epoch.

CREATE TABLE projects (
    project_id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    name TEXT NOT NULL,
    template_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    session_id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT REFERENCES projects (project_id),
    created_at INTEGER NOT NULL
) STRICT;

-- The key is the only index, since each further one costs every append. seq_last is its own column so
-- that the head can be read without reading the record.
CREATE TABLE records (
    project_id TEXT NOT NULL,
    seq_first INTEGER NOT NULL,
    seq_last INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (project_id, seq_first)
) STRICT, WITHOUT ROWID;
