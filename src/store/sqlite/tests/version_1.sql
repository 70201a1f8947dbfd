-- A database as version 1 left it: one project, one session that waits for a project. The record is added
-- by the test. The tables are written out here, so that the migration is tested against what once was.

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

CREATE TABLE records (
    project_id TEXT NOT NULL,
    seq_first INTEGER NOT NULL,
    seq_last INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (project_id, seq_first)
) STRICT, WITHOUT ROWID;

INSERT INTO projects VALUES (
    '0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a01', '0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a02',
    '0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a03', 'Mustang 1967', 'restomod', 1700000000000
);
INSERT INTO sessions VALUES
    ('0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a02', '0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a01', 1700000000000),
    ('0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a04', NULL, 1600000000000);

PRAGMA application_id = 1196576049;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
