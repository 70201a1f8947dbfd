-- Conversations and their messages. A conversation has a number of its own, never used again: its messages are filed under
-- that, and are out of reach as soon as its row is gone. A `project_id` or `client_id` refers to no row.
CREATE TABLE conversations (
    conversation_number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL UNIQUE,
    project_id TEXT,
    client_id TEXT,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_message_at INTEGER,
    head INTEGER NOT NULL,
    metadata TEXT,
    active_at INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(last_message_at, created_at)) VIRTUAL
) STRICT;

-- For lists. Those of every status are three walks side by side, so that a message moves a row in few indexes.
CREATE INDEX conversations_by_activity ON conversations (status, active_at DESC, conversation_id);
CREATE INDEX conversations_of_project ON conversations (project_id, status, active_at DESC, conversation_id)
WHERE project_id IS NOT NULL;
CREATE INDEX conversations_of_client ON conversations (client_id, status, active_at DESC, conversation_id)
WHERE client_id IS NOT NULL;

CREATE TABLE participants (
    conversation_number INTEGER NOT NULL REFERENCES conversations (conversation_number),
    user_id TEXT NOT NULL,
    name TEXT,
    joined_at INTEGER NOT NULL,
    read_seq INTEGER NOT NULL,
    read_at INTEGER,
    PRIMARY KEY (conversation_number, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX participants_by_user ON participants (user_id);

CREATE TABLE messages (
    conversation_number INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    author TEXT NOT NULL,
    author_name TEXT,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    edited_at INTEGER,
    deleted_at INTEGER,
    metadata TEXT,
    PRIMARY KEY (conversation_number, seq),
    UNIQUE (conversation_number, message_id)
) STRICT, WITHOUT ROWID;

-- Conversations that are deleted and have messages yet: those are removed a part at a time.
CREATE TABLE leaving_conversations (
    conversation_number INTEGER PRIMARY KEY
) STRICT;

-- What clients published in sessions.
CREATE TABLE published (
    session_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    phase_id TEXT,
    turn_id INTEGER,
    author TEXT NOT NULL,
    PRIMARY KEY (session_id, n),
    UNIQUE (session_id, message_id)
) STRICT, WITHOUT ROWID;
