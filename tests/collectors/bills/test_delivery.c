/* Which files of a bill are one delivery, by the layouts that providers document. */
#include <criterion/criterion.h>

#include "collectors/bills/delivery.h"

static void check(const char *path, const char *source, const char *period, const char *version) {
    struct ix_arena arena;
    struct ix_delivery d;
    ix_arena_init(&arena, 0);
    cr_assert(ix_bill_find_delivery(&arena, ix_sv_cstr(path), &d), "%s", path);
    cr_expect(ix_sv_eq_cstr(d.source, source), "%s: %.*s", path, IX_SV_FMT(d.source));
    cr_expect(ix_sv_eq_cstr(d.period, period), "%s: %.*s", path, IX_SV_FMT(d.period));
    cr_expect(ix_sv_eq_cstr(d.version, version), "%s: %.*s", path, IX_SV_FMT(d.version));
    ix_arena_done(&arena);
}

#define GUID "0f8fad5b-d9cb-469f-a165-70867728950e"

Test(delivery, of_aws_is_known_by_its_folders) {
    check("/b/x/data/BILLING_PERIOD=2025-01/x-00001.csv.gz", "/b/x/data", "BILLING_PERIOD=2025-01",
          "");
    check("/b/x/data/BILLING_PERIOD=2025-01/2025-01-31T10:00:00Z-ab/x-00002.csv", "/b/x/data",
          "BILLING_PERIOD=2025-01", "2025-01-31T10:00:00Z-ab");
    check("/b/cur/20250101-20250201/cur-1.csv.gz", "/b/cur", "20250101-20250201", "");
    check("/b/cur/20250101-20250201/" GUID "/cur-12.csv.gz", "/b/cur", "20250101-20250201", GUID);
}

Test(delivery, of_azure_is_known_by_the_names_of_its_parts) {
    check("/c/root/export/20250101-20250131/" GUID "/part_0_0001.csv", "/c/root/export/part_*.csv",
          "20250101-20250131", GUID "/");
    check("/c/root/20250101-20250131/export/202501311530/" GUID "/part_1_0002.csv.gz",
          "/c/root/export/part_*.csv", "20250101-20250131", "202501311530/" GUID "/");
    check("/subscriptions/" GUID "/part_0_0001.csv", "/subscriptions/" GUID "/part_*.csv", "", "");
}

Test(delivery, in_numbered_parts_is_of_one_folder) {
    check("/b/export-00003.csv.zst", "/b/export-*.csv", "", "");
    check("/b/bill-000000000011.json", "/b/bill-*.json", "", "");
}

Test(delivery, is_not_what_only_looks_alike) {
    static const char *const alone[] = {
        "/b/bill.csv",
        "/b/bill-2025.csv",
        "/b/bill-202501.csv",
        "/b/bill-20250131.csv",
        "/b/123456789012.csv",
        "/b/00001.csv",
        "/b/part_1.csv",
        "/b/cur-1.csv",
        "/b/other/20250101-20250201/cur-1.csv",
        "/b/export-00001.parquet",
        "/b/BILLING_PERIOD=2025-01/x.parquet",
        "/b/export-00001",
    };
    struct ix_arena arena;
    struct ix_delivery d;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        cr_expect_not(ix_bill_find_delivery(&arena, ix_sv_cstr(alone[i]), &d), "%s: %.*s", alone[i],
                      IX_SV_FMT(d.source));
    }
    ix_arena_done(&arena);
}
