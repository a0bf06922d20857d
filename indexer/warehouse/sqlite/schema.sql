-- The warehouse's tables. Base rows (source, run, observation, relation, resource, version, change) hold
-- everything; the rest is derived and can be rebuilt from them (`infradex repair`).
-- Times are milliseconds since 1970-01-01T00:00:00Z; NULL is unknown.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,   -- generation, term_seed
    value
) WITHOUT ROWID;

-- ---- where things were said ----

CREATE TABLE source (
    sid INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL COLLATE NOCASE,
    location TEXT NOT NULL,
    last_run INTEGER,       -- ms, of the newest run, whatever its outcome
    last_whole INTEGER      -- ms, when all its scopes were last read whole
);

CREATE TABLE run (
    run INTEGER PRIMARY KEY AUTOINCREMENT,
    sid INTEGER NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER,
    outcome TEXT NOT NULL,  -- published, discarded
    generation INTEGER,
    seen INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    retired INTEGER NOT NULL DEFAULT 0,
    relations INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error_text TEXT
);

CREATE TABLE run_scope (    -- how far each slice of a source was read, by its newest run
    sid INTEGER NOT NULL,
    scope TEXT NOT NULL,
    run INTEGER NOT NULL,
    outcome INTEGER NOT NULL, -- enum ix_scope_outcome
    text TEXT,
    PRIMARY KEY (sid, scope)
) WITHOUT ROWID;

CREATE TABLE note (
    nid INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    path TEXT,
    reason TEXT NOT NULL,
    skipped INTEGER NOT NULL
);

-- ---- what was said ----

CREATE TABLE word (         -- closed vocabularies; rows below hold numbers
    wid INTEGER PRIMARY KEY,
    field TEXT NOT NULL,    -- type, kind, region, native_type, tag_key, ...
    value TEXT NOT NULL COLLATE NOCASE
);
-- the exact value is unique; a look-up without regard to case finds all its spellings
CREATE UNIQUE INDEX word_by_value ON word (field, value COLLATE BINARY);
CREATE INDEX word_by_value_nocase ON word (field, value);

CREATE TABLE document (     -- properties and tags: the wide part, kept once
    did INTEGER PRIMARY KEY,
    props TEXT,             -- JSON, members sorted
    tags TEXT               -- JSON: {"tag": {}, "label": {}, "annotation": {}}, empty ones left out
);

CREATE TABLE observation (  -- what one source says of one thing
    oid INTEGER PRIMARY KEY,
    rid INTEGER NOT NULL,
    sid INTEGER NOT NULL,
    address TEXT NOT NULL COLLATE NOCASE,
    variant TEXT NOT NULL,
    scope INTEGER NOT NULL, -- word; 0: the one without a name
    native_type INTEGER NOT NULL, provider_address INTEGER, provider_version INTEGER, -- words
    rank INTEGER NOT NULL,  -- whose word counts more: smaller first (see merge.c)
    -- the facts (facts.h), as in resource
    type INTEGER, kind INTEGER, category INTEGER, provider INTEGER, service INTEGER,
    account INTEGER, region INTEGER, zone INTEGER, stack INTEGER, project INTEGER,
    managed_by INTEGER,     -- words
    name TEXT,
    native_id TEXT COLLATE NOCASE,
    flags INTEGER NOT NULL,
    encrypted INTEGER NOT NULL, public INTEGER NOT NULL, -- enum ix_tristate
    created INTEGER, modified INTEGER,
    document INTEGER NOT NULL,
    hash BLOB NOT NULL,     -- of all of the above that the source said
    deleted INTEGER         -- ms, when it was found gone
);
CREATE UNIQUE INDEX observation_by_address ON observation (sid, address COLLATE BINARY, variant);
CREATE INDEX observation_by_rid ON observation (rid);

CREATE TABLE relation (     -- as declared, by address or id
    sid INTEGER NOT NULL,
    from_address TEXT NOT NULL,
    from_variant TEXT NOT NULL,
    type TEXT NOT NULL,
    to_address TEXT NOT NULL, -- '' when to_id is given
    to_id TEXT NOT NULL COLLATE NOCASE,
    path TEXT NOT NULL,
    basis INTEGER NOT NULL, -- enum ix_basis
    scope TEXT NOT NULL,
    PRIMARY KEY (sid, from_address, from_variant, type, to_address, to_id, path)
) WITHOUT ROWID;

-- ---- what it comes to: one row per real thing ----

CREATE TABLE resource (     -- narrow: searches pass over many of these rows
    rid INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    deleted INTEGER,
    native_type INTEGER,    -- word; NULL when its observations have several
    type INTEGER, kind INTEGER, category INTEGER, provider INTEGER, service INTEGER,
    account INTEGER, region INTEGER, zone INTEGER, stack INTEGER, project INTEGER,
    managed_by INTEGER,     -- words
    name TEXT COLLATE NOCASE,
    id TEXT COLLATE NOCASE,
    flags INTEGER NOT NULL,
    encrypted INTEGER NOT NULL, public INTEGER NOT NULL, -- enum ix_tristate
    created INTEGER, modified INTEGER,
    address TEXT NOT NULL COLLATE NOCASE,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    since INTEGER NOT NULL, -- ms, when this state began
    since_run INTEGER NOT NULL,
    document INTEGER NOT NULL, -- its only observation's, or its own: what they say together
    hash BLOB NOT NULL
);

CREATE TABLE version (      -- states that are no more
    rid INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    since_run INTEGER NOT NULL,
    until_run INTEGER NOT NULL,
    state TEXT NOT NULL,    -- JSON
    PRIMARY KEY (rid, until, until_run)
) WITHOUT ROWID;

CREATE TABLE change (
    cid INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    rid INTEGER NOT NULL,
    op TEXT NOT NULL,       -- added, changed, retired, returned
    path TEXT,
    old TEXT, new TEXT      -- JSON
);
CREATE INDEX change_by_rid ON change (rid, at);
CREATE INDEX change_by_time ON change (at);

-- ---- lines of bills (cost_store.h) ----

CREATE TABLE cost_text (    -- texts that repeat
    tid INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    value TEXT NOT NULL
);
CREATE INDEX cost_text_by_hash ON cost_text (hash);

CREATE TABLE cost_column (
    cid INTEGER PRIMARY KEY,
    class INTEGER NOT NULL, -- 0: of FOCUS or our own; 1: others that bills have; 2: a tag's values
    name TEXT NOT NULL,
    UNIQUE (class, name)
);

CREATE TABLE cost_period (  -- what a source charges for a billing period
    pid INTEGER PRIMARY KEY,
    sid INTEGER NOT NULL,
    begin INTEGER NOT NULL, -- ms, BillingPeriodStart
    run INTEGER NOT NULL,   -- that brought it
    lines INTEGER NOT NULL DEFAULT 0,
    rounded INTEGER NOT NULL DEFAULT 0,
    until INTEGER,          -- ms, the end of its last day or hour; NULL: not known
    digest BLOB NOT NULL DEFAULT x'' -- of its lines, in whatever order
);
CREATE INDEX cost_period_by_begin ON cost_period (sid, begin);

CREATE TABLE cost_total (
    pid INTEGER NOT NULL,
    currency TEXT NOT NULL, -- '': none is given
    metric INTEGER NOT NULL, -- enum ix_cost_metric
    lines INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    nano INTEGER NOT NULL, atto INTEGER NOT NULL,
    PRIMARY KEY (pid, currency, metric)
) WITHOUT ROWID;

CREATE TABLE cost_change (  -- what runs did to totals
    run INTEGER NOT NULL,
    begin INTEGER NOT NULL,
    currency TEXT NOT NULL,
    metric INTEGER NOT NULL,
    was_known INTEGER NOT NULL,
    old_lines INTEGER NOT NULL, old_nano INTEGER NOT NULL, old_atto INTEGER NOT NULL,
    new_lines INTEGER NOT NULL, new_nano INTEGER NOT NULL, new_atto INTEGER NOT NULL,
    PRIMARY KEY (run, begin, currency, metric)
) WITHOUT ROWID;

CREATE TABLE cost_segment (
    seg INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    level INTEGER NOT NULL, -- 0: lines; others are derived from them: enum ix_cost_level
    lines INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL -- ms, ChargePeriodStart
);
CREATE INDEX cost_segment_by_period ON cost_segment (pid, level);

CREATE TABLE cost_data (    -- a column of a segment
    part INTEGER PRIMARY KEY, -- seg * 65536 + cid
    bytes BLOB NOT NULL     -- cost_column.c
);

-- ---- derived ----

CREATE TABLE cost_join (    -- which resource an id on a bill names
    resource INTEGER NOT NULL, -- cost_text, ResourceId
    account INTEGER NOT NULL, -- cost_text, SubAccountId; 0: none is given
    rid INTEGER,            -- NULL: none that is known; -2: several
    PRIMARY KEY (resource, account)
) WITHOUT ROWID;
CREATE INDEX cost_join_by_rid ON cost_join (rid);

CREATE TABLE tag (
    key INTEGER NOT NULL,   -- word tag_key
    value TEXT NOT NULL COLLATE NOCASE,
    rid INTEGER NOT NULL,
    class INTEGER NOT NULL, -- enum ix_tag_class
    PRIMARY KEY (key, value, rid, class)
) WITHOUT ROWID;

CREATE TABLE edge (         -- relations whose both ends are known, and inferred ones
    src INTEGER NOT NULL,
    type INTEGER NOT NULL,  -- word relation
    dst INTEGER NOT NULL,
    basis INTEGER NOT NULL,
    sid INTEGER NOT NULL,   -- whose relation; 0: inferred
    path TEXT NOT NULL,
    PRIMARY KEY (src, type, dst, basis, sid, path)
) WITHOUT ROWID;
CREATE INDEX edge_by_dst ON edge (dst, type);

CREATE TABLE ref (          -- property values that look like an id of something else
    value TEXT NOT NULL COLLATE NOCASE,
    rid INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    PRIMARY KEY (value, rid, pid)
) WITHOUT ROWID;

CREATE TABLE address (      -- property values that are an IP address or a network
    range BLOB NOT NULL,    -- the first one, 16 bytes, and the last one when it is another
    rid INTEGER NOT NULL,
    PRIMARY KEY (range, rid)
) WITHOUT ROWID;

CREATE TABLE prop_path (    -- every property path ever seen
    pid INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    example TEXT NOT NULL
);

CREATE TABLE prop_num (     -- numbers, texts that read as numbers, and times (ms)
    key INTEGER NOT NULL,   -- pid * IX_NUMBER_CLASSES + enum ix_number_class
    num REAL NOT NULL,
    rid INTEGER NOT NULL,
    PRIMARY KEY (key, num, rid)
) WITHOUT ROWID;

-- The property index (postings.c): which resources have a term ("path" or "path=value"). Written in
-- segments, each sorted; what a resource had before it changed is void, not rewritten.
CREATE TABLE prop_segment (
    seg INTEGER PRIMARY KEY,
    postings INTEGER NOT NULL
);

CREATE TABLE prop_posting (
    seg INTEGER NOT NULL,
    term INTEGER NOT NULL,  -- 64-bit hash
    rids BLOB NOT NULL,     -- ascending, differences as LEB128
    PRIMARY KEY (seg, term)
) WITHOUT ROWID;

CREATE TABLE prop_void (    -- postings of `rid` in segments up to `seg` count no more
    rid INTEGER PRIMARY KEY,
    seg INTEGER NOT NULL
);

CREATE TABLE resource_column ( -- facts of resources by columns, in chunks (column.h)
    part INTEGER PRIMARY KEY, -- chunk * 64 + enum ix_column_id
    bytes BLOB NOT NULL
);

-- The text index keeps no copy of its text: this view makes it from the base rows, and FTS5's
-- integrity check (rank 1) compares the index with it.
CREATE VIEW search_text (rid, name, id, type, tags, body) AS
SELECT r.rid,
       coalesce(r.name, ''),
       ix_ids(r.uid, r.id, (SELECT group_concat(CASE WHEN native_id IS NULL OR native_id = r.id
                                THEN address ELSE native_id || ' ' || address END, ' ')
                            FROM (SELECT native_id, address FROM observation
                                  WHERE rid = r.rid ORDER BY oid))),
       coalesce((SELECT value FROM word WHERE wid = r.type), '') || ' ' ||
           coalesce((SELECT group_concat(value, ' ')
                     FROM (SELECT DISTINCT w.value FROM observation o
                           JOIN word w ON w.wid = o.native_type
                           WHERE o.rid = r.rid ORDER BY w.wid)), ''),
       ix_document_words(d.tags),
       coalesce((SELECT value FROM word WHERE wid = r.kind) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.category) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.provider) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.service) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.account) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.region) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.zone) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.stack) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.project) || ' ', '') ||
           coalesce((SELECT value FROM word WHERE wid = r.managed_by) || ' ', '') ||
           ix_document_words(d.props)
FROM resource r JOIN document d ON d.did = r.document;

CREATE VIRTUAL TABLE search USING fts5 (
    name, id, type, tags, body,
    content='search_text', content_rowid='rid', tokenize='infradex'
);

-- Postings are gathered in memory before they are written as a segment: fewer segments, fewer merges.
INSERT INTO search (search, rank) VALUES ('hashsize', 33554432);
