-- Built after the first load: inserting into them row by row would cost more. What columns know
-- (column.def) has none.
CREATE INDEX IF NOT EXISTS resource_of_several_types ON resource (deleted) WHERE native_type IS NULL;
CREATE INDEX IF NOT EXISTS resource_by_name ON resource (name);
CREATE INDEX IF NOT EXISTS resource_by_id ON resource (id);
CREATE INDEX IF NOT EXISTS observation_by_native_id ON observation (native_id);
CREATE INDEX IF NOT EXISTS observation_by_plain_address ON observation (address);
CREATE INDEX IF NOT EXISTS relation_by_to_id ON relation (to_id) WHERE to_id <> '';
CREATE INDEX IF NOT EXISTS observation_live ON observation (sid, rid) WHERE deleted IS NULL;
