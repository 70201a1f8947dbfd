-- Where each journal ends: written with its records, so that it shows if the last one is lost. `sum` adds
-- up the marks of the records after `since`, modulo 2^64. The number is the key, not the project, since
-- this row is written with every append.
CREATE TABLE journals (
    journal_id INTEGER PRIMARY KEY,
    project_id TEXT NOT NULL UNIQUE,
    head INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT;

-- What was written before is not added up.
INSERT INTO journals (project_id, head, sum, since)
SELECT project_id, max(seq_last), 0, max(seq_last) FROM records GROUP BY project_id;
