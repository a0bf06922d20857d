/* A seeded inventory in the exchange format (indexer/model/record.h), for measuring.
 *
 * The same seed and number give the same bytes (from one compiler); a smaller inventory is the
 * beginning of a larger one. Its shape is that of a large estate: few types and accounts hold most
 * things, tags are the usual ones, properties are nested and about 1.2 kB, texts follow a power
 * law. Planted for searches: the word "zanzibarite" in 1 of 20000, the words "marked for removal"
 * in 1 of 50, `encrypted` false in 1 of 5, `size_gb` spread evenly over powers of two up to 16384.
 *
 *   gen_inventory RESOURCES [SEED] > inventory.ndjson
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TYPES = 400, ACCOUNTS = 300, REGIONS = 30, TEAMS = 120, VOCABULARY = 20000 };

static const char *const services[] = {"ec2", "s3",  "lambda", "rds",    "sqs",   "sns",    "kms",
                                       "iam", "ecs", "eks",    "backup", "glue",  "athena", "efs",
                                       "elb", "ssm", "acm",    "ecr",    "batch", "kinesis"};
static const char *const things[] = {"instance", "bucket",   "policy", "group", "cluster",
                                     "volume",   "endpoint", "queue",  "table", "role",
                                     "snapshot", "key",      "rule",   "topic", "domain",
                                     "alarm",    "stream",   "mount",  "pool",  "gateway"};
static const char *const areas[] = {"us", "eu", "ap", "ca", "sa", "af"};
static const char *const sides[] = {"east-1", "west-1", "central-1", "south-1", "north-1"};
static const char *const products[] = {"billing", "search", "orders", "stock",  "media",
                                       "fraud",   "ledger", "mail",   "portal", "risk"};
static const char *const roles[] = {"api", "worker", "db", "cache", "queue",
                                    "web", "cron",   "ui", "feed",  "auth"};
static const char *const environments[] = {"prod", "prod", "prod", "dev",     "dev",
                                           "dev",  "test", "test", "staging", "staging"};
static const char *const engines[] = {"postgres", "mysql", "redis", "nginx", "kafka", "linux"};
static const char *const syllables[] = {"ba", "co", "du", "fe", "gi", "ho", "ju", "ka",
                                        "le", "mo", "nu", "pi", "ra", "so", "te", "vu"};

enum { SYLLABLES = sizeof syllables / sizeof *syllables };

/* ---- chance: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
 * Generators", 2014), seeded for each resource from the seed and its number ---- */

struct chance {
    uint64_t state;
};

static uint64_t next(struct chance *c) {
    uint64_t z = c->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static unsigned below(struct chance *c, unsigned limit) {
    return (unsigned)((next(c) >> 32) * limit >> 32);
}

static double unit(struct chance *c) {
    return (double)(next(c) >> 11) / 9007199254740992.0;
}

/* Of `limit` things, the first ones far more often than the last: their logarithms are even. */
static unsigned skewed(struct chance *c, unsigned limit) {
    return (unsigned)exp2(unit(c) * log2((double)limit + 1)) - 1;
}

#define ONE_OF(c, list) ((list)[below(c, sizeof(list) / sizeof *(list))])

/* ---- pieces ---- */

static void put_word(unsigned number) {
    do {
        fputs(syllables[number % SYLLABLES], stdout);
        number /= SYLLABLES;
    } while (number > 0);
}

static void put_text(struct chance *c, unsigned words) {
    for (unsigned i = 0; i < words; i++) {
        fputs(i ? " " : "", stdout);
        put_word(skewed(c, VOCABULARY));
    }
}

static void put_tags(struct chance *c, const char *product, const char *role,
                     const char *environment) {
    unsigned more = below(c, 7); /* beside the two that all have */
    printf(",\"tags\":{\"env\":\"%s\",\"service\":\"%s-%s\"", environment, product, role);
    if (more > 0) {
        printf(",\"team\":\"team-%03u\"", skewed(c, TEAMS));
    }
    if (more > 1) {
        printf(",\"cost-center\":\"cc-%u\"", 4000 + below(c, 60));
    }
    if (more > 2) {
        fputs(",\"owner\":\"", stdout);
        put_word(skewed(c, TEAMS) + 40);
        fputs("@example.com\"", stdout);
    }
    fputs(more > 3 ? ",\"data-class\":\"internal\"" : "", stdout);
    if (more > 4) {
        printf(",\"repository\":\"git.example.com/%s/%s\"", product, role);
    }
    if (more > 5) {
        printf(",\"expires\":\"2027-%02u-01\"", 1 + below(c, 12));
    }
    putchar('}');
}

static void put_network(struct chance *c, unsigned account, unsigned region) {
    printf(",\"network\":{\"vpc_id\":\"vpc-%08x\",\"cidr\":\"10.%u.0.0/16\",\"private_ips\":[",
           account * 7919 + region, below(c, 256));
    unsigned count = 1 + below(c, 4);
    for (unsigned i = 0; i < count; i++) {
        printf("%s\"10.%u.%u.%u\"", i ? "," : "", below(c, 256), below(c, 256), below(c, 256));
    }
    fputs("],\"subnet_ids\":[", stdout);
    for (unsigned i = 0; i < count; i++) {
        printf("%s\"subnet-%08x\"", i ? "," : "", (unsigned)next(c));
    }
    fputs("],\"security_groups\":[", stdout);
    count = 1 + below(c, 3);
    for (unsigned i = 0; i < count; i++) {
        printf("%s{\"id\":\"sg-%08x\",\"ports\":[%u,443],\"cidr\":\"10.%u.%u.0/24\"}", i ? "," : "",
               below(c, 4000) * 104729, 80 + below(c, 8000), below(c, 256), below(c, 256));
    }
    fputs("]}", stdout);
}

static void put_sizes(struct chance *c) {
    printf("\"state\":\"%s\",\"encrypted\":%s,\"multi_az\":%s,\"size_gb\":%u,\"cpu\":%u",
           below(c, 10) ? "running" : "stopped", below(c, 5) ? "true" : "false",
           below(c, 2) ? "true" : "false", (unsigned)exp2(unit(c) * 14), 1u << below(c, 7));
    printf(",\"memory_mb\":%u,\"iops\":%u,\"retention_days\":%u,\"utilization\":0.%04u",
           512u << below(c, 8), 100 * (1 + below(c, 160)), below(c, 36), below(c, 10000));
    printf(",\"engine\":\"%s\",\"engine_version\":\"%u.%u\"", ONE_OF(c, engines), 1 + below(c, 16),
           below(c, 12));
}

static void put_disks(struct chance *c) {
    unsigned count = below(c, 4);
    fputs(",\"disks\":[", stdout);
    for (unsigned i = 0; i < count; i++) {
        printf("%s{\"device\":\"/dev/sd%c\",\"size_gb\":%u,\"type\":\"gp3\"}", i ? "," : "",
               'a' + (int)i, 8u << below(c, 8));
    }
    putchar(']');
}

static void put_texts(struct chance *c) {
    fputs(",\"description\":\"", stdout);
    put_text(c, 8 + below(c, 24));
    fputs(below(c, 50) == 0 ? " marked for removal" : "", stdout);
    fputs(below(c, 20000) == 0 ? " zanzibarite" : "", stdout);
    fputs("\",\"notes\":[\"", stdout);
    put_text(c, 5 + below(c, 10));
    fputs("\",\"", stdout);
    put_text(c, 4 + below(c, 8));
    printf("\"],\"metrics\":{\"p50_ms\":%u,\"p99_ms\":%u,\"requests\":%u}", below(c, 400),
           below(c, 4000), below(c, 1000000));
}

static void put_time(struct chance *c, const char *name, unsigned first_year) {
    printf(",\"%s\":\"%u-%02u-%02uT%02u:%02u:00Z\"", name, first_year + below(c, 3),
           1 + below(c, 12), 1 + below(c, 28), below(c, 24), below(c, 60));
}

/* ---- records ---- */

static void put_resource(uint64_t number, uint64_t seed) {
    struct chance c = {seed * UINT64_C(0xD1342543DE82EF95) + number};
    (void)next(&c);
    unsigned type = skewed(&c, TYPES);
    unsigned account = skewed(&c, ACCOUNTS);
    unsigned region = skewed(&c, REGIONS);
    const char *service = services[type % 20];
    const char *thing = things[type / 20];
    const char *product = ONE_OF(&c, products);
    const char *role = ONE_OF(&c, roles);
    const char *environment = ONE_OF(&c, environments);
    char place[32];
    snprintf(place, sizeof place, "%s-%s", areas[region % 6], sides[region / 6]);
    printf("{\"record\":\"resource\",\"source\":\"bench\",\"source_kind\":\"terraform\","
           "\"address\":\"aws_%s_%s.%s_%s_%" PRIu64 "\",\"native_type\":\"aws_%s_%s\","
           "\"native_id\":\"arn:aws:%s:%s:%012u:%s/%c-%016" PRIx64 "\","
           "\"name\":\"%s-%s-%s-%04x\",\"provider\":\"aws\",\"account\":\"%012u\","
           "\"region\":\"%s\",\"scope\":\"bench\"",
           service, thing, product, role, number, service, thing, service, place,
           100000000 + account * 2654435, thing, thing[0], number * UINT64_C(0x9E3779B97F4A7C15),
           product, role, environment, below(&c, 65536), 100000000 + account * 2654435, place);
    put_time(&c, "created", 2021);
    put_time(&c, "modified", 2024);
    put_tags(&c, product, role, environment);
    fputs(",\"properties\":{", stdout);
    put_sizes(&c);
    put_network(&c, account, region);
    put_disks(&c);
    printf(",\"kms_key\":\"arn:aws:kms:%s:%012u:key/%08x-%08x\"", place,
           100000000 + account * 2654435, account, below(&c, 3000));
    printf(",\"endpoint\":\"https://%s-%s.%s.internal.example.com:%u/v1\"", product, role, place,
           1024 + below(&c, 60000));
    put_texts(&c);
    fputs("}}\n", stdout);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fputs("usage: gen_inventory RESOURCES [SEED]\n", stderr);
        return 2;
    }
    uint64_t count = strtoull(argv[1], NULL, 10);
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    for (uint64_t i = 0; i < count; i++) {
        put_resource(i, seed);
    }
    puts("{\"record\":\"scope\",\"source\":\"bench\",\"name\":\"bench\",\"outcome\":\"whole\"}");
    return fflush(stdout) == 0 ? 0 : 1;
}
