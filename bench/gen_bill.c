/* A year's bill as FOCUS CSV, the same every time.
 *
 *   gen_bill LINES > bill.csv
 *
 * One resource in 50 lines, 300 accounts, 40 services, 30 regions, 60 teams; a tenth of the lines
 * without tags, one in 20 a credit; amounts of 6 decimals, billed, effective and list, none of
 * contracted.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { YEAR_DAYS = 365, LINES_OF_A_RESOURCE = 50, DAY_SECONDS = 86400 };
static const int64_t year_begin = INT64_C(1735689600); /* 2025-01-01 */

static uint64_t next(uint64_t *state) { /* splitmix64 */
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static void put_date(int64_t day) {
    time_t at = (time_t)(year_begin + day * DAY_SECONDS);
    struct tm date;
    gmtime_r(&at, &date);
    printf("%04d-%02d-%02dT00:00:00Z,", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
}

static void put_month(int64_t day) {
    time_t at = (time_t)(year_begin + day * DAY_SECONDS);
    struct tm date;
    gmtime_r(&at, &date);
    printf("%04d-%02d-01T00:00:00Z,", date.tm_year + 1900, date.tm_mon + 1);
}

static void put_amount(uint64_t *state) {
    uint64_t micros = next(state) % 100000000;
    printf("%" PRIu64 ".%06" PRIu64 ",", micros / 1000000, micros % 1000000);
}

static void put_line(int64_t at, int64_t lines, uint64_t *state) {
    uint64_t resource = next(state) % (uint64_t)(lines / LINES_OF_A_RESOURCE + 1);
    uint64_t of = resource * 77; /* what belongs to a resource follows from it */
    uint64_t r = next(&of);
    int64_t day = at * YEAR_DAYS / lines;
    int region = (int)(r / 12000 % 30);
    int account = (int)(r % 300) + 1000;
    printf("B1000,%012d,USD,", account);
    put_month(day);
    put_date(day);
    put_date(day + 1);
    printf("%s,aws,service %d,region-%d,", next(state) % 20 ? "Usage" : "Credit",
           (int)(r / 300 % 40), region);
    printf("arn:aws:ec2:region-%d:%012d:instance/i-%016" PRIx64 ",", region, account, r);
    printf("sku-%d,", (int)(r / 5 % 700));
    put_amount(state); /* the quantity */
    printf("%s,", r % 2 ? "Hours" : "GB-Hours");
    put_amount(state);
    put_amount(state);
    put_amount(state);
    if (r % 10) {
        printf(
            "\"{\"\"env\"\":\"\"%s\"\",\"\"service\"\":\"\"s%d\"\",\"\"team\"\":\"\"team-%d\"\"}\"",
            r % 3 ? "prod" : "dev", (int)(r / 7 % 900), (int)(r / 11 % 60));
    }
    putchar('\n');
}

int main(int argc, char **argv) {
    const int64_t lines = argc == 2 ? atoll(argv[1]) : 0;
    uint64_t state = 1;
    if (lines <= 0) {
        fprintf(stderr, "usage: gen_bill LINES\n");
        return 2;
    }
    puts("BillingAccountId,SubAccountId,BillingCurrency,BillingPeriodStart,ChargePeriodStart,"
         "ChargePeriodEnd,ChargeCategory,ProviderName,ServiceName,RegionId,ResourceId,SkuId,"
         "ConsumedQuantity,ConsumedUnit,BilledCost,EffectiveCost,ListCost,Tags");
    for (int64_t i = 0; i < lines; i++) {
        put_line(i, lines, &state);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
