-- While the count stands still, what was asked about sessions holds too, and that tells the role.
CREATE TRIGGER revoked_by_role AFTER UPDATE OF role ON users WHEN old.role <> new.role BEGIN
  UPDATE revocations SET count = count + 1;
END;
