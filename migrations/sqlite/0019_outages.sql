-- When the service was away for long (SC-5): from when it was last known to live until it was there again.
CREATE TABLE outages (
  number INTEGER PRIMARY KEY,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT;
