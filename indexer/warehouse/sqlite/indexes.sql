-- Built after the first load: inserting into them row by row would cost more.
CREATE INDEX IF NOT EXISTS resource_by_type ON resource (type, deleted);
CREATE INDEX IF NOT EXISTS resource_by_native_type ON resource (native_type, deleted);
CREATE INDEX IF NOT EXISTS resource_by_kind ON resource (kind, deleted, type);
CREATE INDEX IF NOT EXISTS resource_by_account ON resource (account, deleted, type);
CREATE INDEX IF NOT EXISTS resource_by_region ON resource (region, deleted, type);
CREATE INDEX IF NOT EXISTS resource_by_name ON resource (name);
CREATE INDEX IF NOT EXISTS resource_by_id ON resource (id);
CREATE INDEX IF NOT EXISTS resource_by_created ON resource (created);
CREATE INDEX IF NOT EXISTS resource_by_modified ON resource (modified);
CREATE INDEX IF NOT EXISTS observation_by_native_id ON observation (native_id);
CREATE INDEX IF NOT EXISTS observation_by_plain_address ON observation (address);
CREATE INDEX IF NOT EXISTS relation_by_to_id ON relation (to_id) WHERE to_id <> '';
CREATE INDEX IF NOT EXISTS observation_live ON observation (sid, rid) WHERE deleted IS NULL;
