-- The last renewal of a session, so that its answer can be given again where it was lost: the token that was shown, when, and the
-- nonce that makes the same successor of it.
ALTER TABLE sessions ADD COLUMN renewed_by TEXT;
ALTER TABLE sessions ADD COLUMN renewed_at INTEGER;
ALTER TABLE sessions ADD COLUMN renewal_nonce TEXT;
