-- A project's head when it was last saved: a new one counts as saved.
ALTER TABLE projects ADD COLUMN saved INTEGER NOT NULL DEFAULT 1;

-- When it was deleted. Its row and its journal stay.
ALTER TABLE projects ADD COLUMN deleted_at INTEGER;

-- For lists. A row comes with its project and goes with it: nothing is paid by an append.
CREATE INDEX projects_by_age ON projects (created_at DESC, project_id) WHERE deleted_at IS NULL;
