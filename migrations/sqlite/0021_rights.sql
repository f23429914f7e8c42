-- Who changes what somebody may do counts it in the same transaction: no trigger does.
DROP TRIGGER revoked_by_end;
DROP TRIGGER revoked_by_delete;
DROP TRIGGER revoked_by_house;
DROP TRIGGER revoked_by_seller;
DROP TRIGGER revoked_no_more;
DROP TRIGGER revoked_by_role;
