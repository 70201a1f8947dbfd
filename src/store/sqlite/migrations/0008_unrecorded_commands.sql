-- Commands that a client named and that changed nothing, of each project in order: no record has them. `n` counts up.
CREATE TABLE unrecorded_commands (
    project_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    author TEXT NOT NULL,
    command_id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    to_undo INTEGER NOT NULL,
    PRIMARY KEY (project_id, n)
) STRICT, WITHOUT ROWID;
