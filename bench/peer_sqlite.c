/* The peer to measure against: what a careful person would write with SQLite and FTS5 alone.
 *
 * One transaction, 16 kB pages, one row for each resource with its document, a contentless FTS5
 * table over the same text, five b-trees built after the load. It keeps no history, no tags or
 * properties by themselves, reconciles nothing, and cannot be updated: a floor for the work, not
 * the same work.
 *
 *   peer_sqlite FILE < inventory.ndjson
 */
#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"native_id", "native_type", "name",    "account",
                                      "region",    "created",     "modified"};
enum { COLUMNS = sizeof columns / sizeof *columns, TEXT_MAX = 1 << 20 };

static const char schema[] =
    "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA cache_size=-262144; BEGIN;"
    "CREATE TABLE resource (rid INTEGER PRIMARY KEY, id, type, name, account, region, created,"
    " modified, document);"
    "CREATE VIRTUAL TABLE search USING fts5 (name, id, type, body, content='');"
    "INSERT INTO search (search, rank) VALUES ('hashsize', 67108864);";

static const char finish[] =
    "CREATE INDEX by_id ON resource (id); CREATE INDEX by_type_region ON resource (type, region);"
    "CREATE INDEX by_account ON resource (account); CREATE INDEX by_name ON resource (name);"
    "CREATE INDEX by_modified ON resource (modified); COMMIT;"
    "PRAGMA wal_checkpoint(TRUNCATE);";

struct peer {
    sqlite3 *db;
    sqlite3_stmt *row, *text;
    char body[TEXT_MAX];
    size_t size;
};

static void fail(struct peer *peer, const char *what) {
    fprintf(stderr, "peer_sqlite: %s: %s\n", what, sqlite3_errmsg(peer->db));
    exit(1);
}

static void run_sql(struct peer *peer, const char *sql) {
    if (sqlite3_exec(peer->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail(peer, "statement");
    }
}

static void add_text(struct peer *peer, const char *text) {
    size_t size = strlen(text);
    if (peer->size + size + 1 < TEXT_MAX) {
        memcpy(peer->body + peer->size, text, size);
        peer->size += size;
        peer->body[peer->size++] = ' ';
    }
}

/* Names and values, as infradex indexes them. */
static void add_words(struct peer *peer, const cJSON *node) {
    char number[32];
    if (node->string) {
        add_text(peer, node->string);
    }
    if (cJSON_IsString(node)) {
        add_text(peer, node->valuestring);
    } else if (cJSON_IsNumber(node)) {
        snprintf(number, sizeof number, "%.17g", node->valuedouble);
        add_text(peer, number);
    }
    for (const cJSON *n = node->child; n; n = n->next) {
        add_words(peer, n);
    }
}

static const char *text_of(const cJSON *record, const char *name) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, name));
    return text ? text : "";
}

static void step(struct peer *peer, sqlite3_stmt *s) {
    if (sqlite3_step(s) != SQLITE_DONE) {
        fail(peer, "insert");
    }
    sqlite3_reset(s);
}

static void add_resource(struct peer *peer, const cJSON *record, const char *line, int size) {
    for (int i = 0; i < COLUMNS; i++) {
        sqlite3_bind_text(peer->row, i + 1, text_of(record, columns[i]), -1, SQLITE_STATIC);
    }
    sqlite3_bind_text(peer->row, COLUMNS + 1, line, size, SQLITE_STATIC);
    step(peer, peer->row);
    peer->size = 0;
    add_words(peer, cJSON_GetObjectItemCaseSensitive(record, "tags"));
    add_words(peer, cJSON_GetObjectItemCaseSensitive(record, "properties"));
    sqlite3_bind_int64(peer->text, 1, sqlite3_last_insert_rowid(peer->db));
    sqlite3_bind_text(peer->text, 2, text_of(record, "name"), -1, SQLITE_STATIC);
    sqlite3_bind_text(peer->text, 3, text_of(record, "native_id"), -1, SQLITE_STATIC);
    sqlite3_bind_text(peer->text, 4, text_of(record, "native_type"), -1, SQLITE_STATIC);
    sqlite3_bind_text(peer->text, 5, peer->body, (int)peer->size, SQLITE_STATIC);
    step(peer, peer->text);
}

static void load(struct peer *peer, FILE *input) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    while ((size = getline(&line, &capacity, input)) > 0) {
        cJSON *record = cJSON_ParseWithLength(line, (size_t)size);
        if (record && strcmp(text_of(record, "record"), "resource") == 0) {
            add_resource(peer, record, line, (int)size);
        }
        cJSON_Delete(record);
    }
    free(line);
}

int main(int argc, char **argv) {
    static struct peer peer;
    if (argc != 2) {
        fputs("usage: peer_sqlite FILE < inventory.ndjson\n", stderr);
        return 2;
    }
    if (sqlite3_open(argv[1], &peer.db) != SQLITE_OK) {
        fail(&peer, argv[1]);
    }
    run_sql(&peer, schema);
    if (sqlite3_prepare_v2(peer.db, "INSERT INTO resource VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
                           -1, &peer.row, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(peer.db,
                           "INSERT INTO search (rowid, name, id, type, body) "
                           "VALUES (?, ?, ?, ?, ?)",
                           -1, &peer.text, NULL) != SQLITE_OK) {
        fail(&peer, "prepare");
    }
    load(&peer, stdin);
    sqlite3_finalize(peer.row);
    sqlite3_finalize(peer.text);
    run_sql(&peer, finish);
    return sqlite3_close(peer.db) == SQLITE_OK ? 0 : 1;
}
