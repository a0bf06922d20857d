-- The warehouse in SQLite. Three layers, and the order in which they can be rebuilt:
--
--   source, scope, run, note         what was collected, when, and how it went
--   observation, resource, relation  the base rows: what each source says, and the one row per
--                                    real thing that follows from it
--   tag, edge, fts, prop, ...        derived from base rows alone: `repair` drops and rebuilds them
--
-- Unknown is NULL everywhere, never ''. Times are milliseconds since 1970 UTC. Columns that hold a
-- word of a small vocabulary hold its number in `word`, so that filters, facets and sorts compare
-- integers and a condition on the text is decided once for each word.

-- schema_version, generation, tokenizer_version, created_ms
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- field: type kind category provider service account region zone stack project managed_by
-- native_type provider_version relation tag_key
CREATE TABLE word (
    wid INTEGER PRIMARY KEY,
    field TEXT NOT NULL,
    value TEXT NOT NULL
);
CREATE UNIQUE INDEX word_value ON word (field, value);
CREATE INDEX word_nocase ON word (field, value COLLATE NOCASE);

CREATE TABLE source (
    sid INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT, -- terraform, pulumi, ..., plan
    location TEXT,
    last_run INTEGER,     -- the last one that was published
    last_whole_ms INTEGER -- when a run of it was last whole in all its scopes
);

-- A slice of a source that is collected as one. `name` is '' where a source has only one.
CREATE TABLE scope (
    scid INTEGER PRIMARY KEY,
    sid INTEGER NOT NULL REFERENCES source,
    name TEXT NOT NULL,
    outcome TEXT, -- of the last run: whole, partial, failed
    error TEXT,
    last_whole_ms INTEGER, -- everything not deleted in it was seen then
    UNIQUE (sid, name)
);

CREATE TABLE run (
    run INTEGER PRIMARY KEY,
    sid INTEGER NOT NULL REFERENCES source,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    outcome TEXT NOT NULL, -- published, discarded
    generation INTEGER,    -- of the warehouse after it
    seen INTEGER, added INTEGER, changed INTEGER, unchanged INTEGER, retired INTEGER,
    relations INTEGER, notes INTEGER,
    error TEXT
);
CREATE INDEX run_source ON run (sid, run);

CREATE TABLE note (
    nid INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    path TEXT,
    reason TEXT NOT NULL,
    skipped INTEGER NOT NULL
);
CREATE INDEX note_run ON note (run);

-- ---- base rows ----

-- One row per real thing. Values are those of its observation of the highest precedence
-- (indexer/warehouse/sqlite/merge.c), gaps filled from the next ones.
CREATE TABLE resource (
    rid INTEGER PRIMARY KEY,
    uid TEXT NOT NULL,
    type INTEGER, kind INTEGER, category INTEGER, provider INTEGER, service INTEGER, -- words
    account INTEGER, region INTEGER, zone INTEGER,                                   -- words
    stack INTEGER, project INTEGER, managed_by INTEGER,                              -- words
    name TEXT,
    id TEXT,      -- native id of the first observation that has one
    address TEXT, -- of the first observation
    flags INTEGER NOT NULL, -- of all its observations together
    encrypted INTEGER NOT NULL, -- enum ix_tristate
    public INTEGER NOT NULL,
    created INTEGER, modified INTEGER,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL, -- as far as rows were written for it; the answer is in `sighting`
    deleted INTEGER, -- NULL: exists
    valid_from INTEGER NOT NULL, -- run that made this state
    hash BLOB NOT NULL, -- of everything a query can see
    tags TEXT, -- {"tag": {...}, "label": {...}, "annotation": {...}}; classes without any left out
    props TEXT -- JSON object
);
CREATE UNIQUE INDEX resource_uid ON resource (uid);

-- What one source says of one thing. props and tags are NULL while they equal the resource's: the
-- common case of a thing with one observation stores them once (flag `sole`).
CREATE TABLE observation (
    oid INTEGER PRIMARY KEY,
    rid INTEGER NOT NULL REFERENCES resource,
    sid INTEGER NOT NULL REFERENCES source,
    scid INTEGER NOT NULL REFERENCES scope,
    address TEXT NOT NULL,
    variant TEXT NOT NULL, -- '' unless a second copy under one address (deposed, delete:true)
    native_type INTEGER,   -- word
    native_id TEXT,
    provider_address TEXT,
    provider_version INTEGER, -- word
    type INTEGER, kind INTEGER, category INTEGER, provider INTEGER, service INTEGER, -- words
    account INTEGER, region INTEGER, zone INTEGER,
    stack INTEGER, project INTEGER, managed_by INTEGER,
    name TEXT,
    flags INTEGER NOT NULL,
    encrypted INTEGER NOT NULL,
    public INTEGER NOT NULL,
    created INTEGER, modified INTEGER,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL, -- see `sighting`
    deleted INTEGER, -- no longer in its source since
    hash BLOB NOT NULL,
    sole INTEGER NOT NULL, -- 1: props and tags are the resource's
    tags TEXT,
    props TEXT
);
CREATE UNIQUE INDEX observation_address ON observation (sid, address, variant);
CREATE INDEX observation_rid ON observation (rid);
CREATE INDEX observation_scope ON observation (scid, oid);

-- What a source says of how things hang together. The far end is an address of the same source or
-- an id in any source; it need not be known yet.
CREATE TABLE relation (
    lid INTEGER PRIMARY KEY,
    oid INTEGER NOT NULL REFERENCES observation,
    type INTEGER NOT NULL, -- word
    basis INTEGER NOT NULL, -- enum ix_basis: 0 declared, 1 inferred
    to_address TEXT, -- exactly one of the two
    to_id TEXT,
    path TEXT
);
CREATE INDEX relation_oid ON relation (oid);
CREATE INDEX relation_address ON relation (to_address) WHERE to_address IS NOT NULL;
CREATE INDEX relation_id ON relation (to_id) WHERE to_id IS NOT NULL;

-- Former states of a resource, newest state not included (that is the resource itself).
CREATE TABLE version (
    rid INTEGER NOT NULL REFERENCES resource,
    from_run INTEGER NOT NULL,
    to_run INTEGER NOT NULL, -- the run that replaced it
    from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    state TEXT NOT NULL, -- JSON: members as in the exchange format
    PRIMARY KEY (rid, from_run)
) WITHOUT ROWID;

CREATE TABLE change (
    cid INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    rid INTEGER NOT NULL REFERENCES resource,
    op TEXT NOT NULL, -- change, retire, return (that it was added is its first_seen)
    path TEXT, -- "properties.a.b", "tags.tag.env", "name", ...
    old TEXT, new TEXT -- JSON
);
CREATE INDEX change_rid ON change (rid, cid);
CREATE INDEX change_at ON change (at);

-- ---- derived ----

CREATE TABLE tag (
    key INTEGER NOT NULL, -- word tag_key
    value TEXT NOT NULL COLLATE NOCASE,
    rid INTEGER NOT NULL,
    class INTEGER NOT NULL, -- enum ix_tag_class
    PRIMARY KEY (key, value, rid, class)
) WITHOUT ROWID;

-- Every name under which a resource may be meant: uid, native ids, cloud names. `hash` is 64 bits
-- of the folded text.
CREATE TABLE alias (
    hash INTEGER NOT NULL,
    rid INTEGER NOT NULL,
    PRIMARY KEY (hash, rid)
) WITHOUT ROWID;
CREATE INDEX alias_rid ON alias (rid);

-- Property values that look like an id of something: edges `references` come from these.
CREATE TABLE mention (
    hash INTEGER NOT NULL,
    rid INTEGER NOT NULL, -- the resource that has the property
    pid INTEGER NOT NULL,
    PRIMARY KEY (hash, rid, pid)
) WITHOUT ROWID;
CREATE INDEX mention_rid ON mention (rid);

-- Relations whose two ends are known. The same edge may be said by several relations.
CREATE TABLE edge (
    src INTEGER NOT NULL,  -- rid
    type INTEGER NOT NULL, -- word relation
    dst INTEGER NOT NULL,  -- rid
    basis INTEGER NOT NULL,
    lid INTEGER NOT NULL, -- the relation that says it; 0: a mention
    PRIMARY KEY (src, type, dst, basis, lid)
) WITHOUT ROWID;
CREATE INDEX edge_dst ON edge (dst, type, src, basis);
CREATE INDEX edge_lid ON edge (lid) WHERE lid > 0;

-- The property index (docs/decisions/0002-property-index.md). A path is its names joined by '.',
-- arrays passed through: ingress[*].cidr is "ingress.cidr".
CREATE TABLE prop_path (
    pid INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    example TEXT -- JSON of a scalar, NULL where there are only objects
);
-- Numbers, texts that read as numbers, and texts that read as times (milliseconds).
CREATE TABLE prop_num (
    pid INTEGER NOT NULL,
    num REAL NOT NULL,
    rid INTEGER NOT NULL,
    PRIMARY KEY (pid, num, rid)
) WITHOUT ROWID;
CREATE VIEW prop_text AS SELECT rid, ix_property_terms(props) AS terms FROM resource;
-- One term "<pid>" for each path that exists and one "<pid>=<value>" for each text: a select is
--   SELECT rowid FROM prop WHERE prop MATCH ix_property_match(pid)
--   SELECT rowid FROM prop WHERE prop MATCH ix_property_match(pid, value)
CREATE VIRTUAL TABLE prop USING fts5 (
    terms,
    content='prop_text', content_rowid='rid',
    tokenize='infradex_exact', detail='none', columnsize=0
);

CREATE VIEW fts_text AS
SELECT
    r.rid,
    r.name,
    (SELECT group_concat(i, ' ') FROM (
        SELECT DISTINCT i FROM (
            SELECT r.uid AS i
            UNION ALL SELECT native_id FROM observation WHERE rid = r.rid
            UNION ALL SELECT address FROM observation WHERE rid = r.rid)
        WHERE i IS NOT NULL ORDER BY i)) AS id,
    (SELECT group_concat(t, ' ') FROM (
        SELECT DISTINCT t FROM (
            SELECT value AS t FROM word WHERE wid IN (r.type, r.kind)
            UNION ALL
            SELECT value FROM word WHERE wid IN (SELECT native_type FROM observation
                                                 WHERE rid = r.rid))
        ORDER BY t)) AS type,
    ix_tag_text(r.tags) AS tags,
    ix_body_text(r.props) AS body
FROM resource AS r;
CREATE VIRTUAL TABLE fts USING fts5 (
    name, id, type, tags, body,
    content='fts_text', content_rowid='rid',
    tokenize='infradex'
);

-- When a source last said that the resource exists.
CREATE VIEW sighting AS
SELECT o.rid, o.sid,
    CASE WHEN o.deleted IS NULL AND s.last_whole_ms > o.last_seen
         THEN s.last_whole_ms ELSE o.last_seen END AS at
FROM observation AS o JOIN scope AS s USING (scid);
