/* What is derived is written in batches; a small limit makes many of them in one run. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "indexer/warehouse/sqlite/batch.h"
#include "store.h"

static void put_many(struct store *s, const char *region) {
    char address[32];
    char properties[400];
    store_begin(s, "here", "terraform");
    ix_sqlite_of(s->w)->run.batch->rows_max = 5;
    for (int i = 0; i < 30; i++) {
        snprintf(address, sizeof address, "aws_vpc.n%d", i);
        snprintf(properties, sizeof properties,
                 "{\"region\":\"%s\",\"ports\":[80,443,80,%d,80,443],\"rules\":[{\"to\":80,\"ip\":"
                 "\"10.0.0.%d\"},{\"to\":80,\"ip\":\"10.0.0.%d\"},{\"to\":80,\"vpc\":"
                 "\"vpc-0a1b2c3d\"},{\"to\":80,\"vpc\":\"vpc-0a1b2c3d\"}]}",
                 region, i, i, i);
        store_put(s, address, address, properties);
    }
    store_publish(s);
}

/* Each value of a resource stands in its table and in the property index once, wherever a batch
 * ends. */
Test(batch, a_resource_is_not_split_between_two) {
    struct store s;
    store_open(&s);
    put_many(&s, "eu-west-1");
    cr_expect_str_empty(store_broken(&s));
    cr_expect_gt(store_number(&s, "SELECT count(*) FROM prop_segment"), 1);
    put_many(&s, "eu-west-2");
    cr_expect_str_empty(store_broken(&s));
    store_done(&s);
}
