-- Records of small appends, in the order in which they came, whatever project they are of: what is committed together
-- stands together. Many at once they are filed in `records`; each is in one of the two.
CREATE TABLE arrivals (
    arrival_id INTEGER PRIMARY KEY,
    project_id TEXT NOT NULL,
    seq_first INTEGER NOT NULL,
    seq_last INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;

-- What is read as the journals.
CREATE VIEW journal_records AS
SELECT project_id, seq_first, seq_last, record FROM records
UNION ALL
SELECT project_id, seq_first, seq_last, record FROM arrivals;
