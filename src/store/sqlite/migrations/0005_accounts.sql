-- Users, and by what they say who they are. Hashes are the SHA-256 of secrets that were made at random. A
-- `user_id` refers to no row: others' tokens name users too.
CREATE TABLE users (
    user_id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    password_hash TEXT,
    is_admin INTEGER NOT NULL,
    is_disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
    key_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;

CREATE TABLE invitations (
    invitation_id TEXT NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    project_id TEXT REFERENCES projects (project_id),
    role TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session_tokens (
    token_id TEXT NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT;

CREATE INDEX session_tokens_by_user ON session_tokens (user_id, last_used_at);

-- Tokens and families of tokens that count no more, until they would not in any case.
CREATE TABLE revocations (
    id TEXT NOT NULL,
    what TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (id, what)
) STRICT, WITHOUT ROWID;

-- What users are in projects.
CREATE TABLE members (
    project_id TEXT NOT NULL REFERENCES projects (project_id),
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id)
) STRICT, WITHOUT ROWID;

-- Who made a session that has no project yet.
ALTER TABLE sessions ADD COLUMN owner TEXT;

-- Who did what, and what was refused. Rows are added; nothing here is altered or removed.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    user_id TEXT,
    address TEXT,
    project_id TEXT,
    target TEXT,
    detail TEXT
) STRICT;

CREATE TRIGGER audit_is_not_altered BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;

CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;

-- An insert that replaces a row removes it without asking the trigger above.
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = new.id)
BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;
