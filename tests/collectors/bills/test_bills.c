/* Rows of bills as lines of FOCUS: what is mapped, what is refused and named, what is no bill. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/support/collected.h"

#define FOCUS "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,x_Team\n"

static struct collected c;

static const struct ix_json *line_at(size_t at) {
    for (const struct ix_json *r = ix_json_first(c.records); r; r = ix_json_next(r)) {
        if (text_is(r, "record", "cost") && at-- == 0) {
            return r;
        }
    }
    cr_assert_fail("no such line");
    return NULL;
}

static void collect(const char *text) {
    collect_bytes(&c, tested.usual_name, ix_sv_cstr(text));
    cr_assert_eq(c.recognised.claim, IX_CLAIM_READ);
}

#define EXPECT(line, member, expected)                                                             \
    cr_expect(text_is(line, member, expected), "%s is %.*s", member,                               \
              IX_SV_FMT(ix_json_get_string(line, member)))

Test(bills, focus_is_read_by_name_in_any_order_and_case) {
    collect("servicename,BILLEDCOST,AmortizedCost,chargeperiodstart,Tags,x_Team\n"
            "Store,1.50,-0.25,2024-09-18T22:00:00Z,\"{\"\"env\"\":\"\"prod\"\"}\",red\n");
    const struct ix_json *line = line_at(0);
    EXPECT(line, "ServiceName", "Store");
    EXPECT(line, "BilledCost", "1.5");
    EXPECT(line, "EffectiveCost", "-0.25");
    EXPECT(line, "BillingPeriodStart", "2024-09-01T00:00:00Z");
    cr_expect(text_is(ix_json_get(line, "Tags"), "env", "prod"));
    cr_expect(text_is(ix_json_get(line, "extra"), "x_Team", "red"));
    cr_expect_null(ix_json_get(line, "ListCost"), "what the bill does not say is not 0");
    collected_done(&c);
}

Test(bills, a_row_that_cannot_be_read_is_named_and_the_others_count) {
    collect(FOCUS "1,1,USD,2024-09-01,A,\n"
                  "\"1,234\",1,USD,2024-09-01,A,\n"
                  "oops,1,USD,2024-09-01,A,\n"
                  "2,2,USD,someday,A,\n"
                  ",,USD,2024-09-01,A,\n"
                  "3,3,USD,2024-09-02,A,,too many\n"
                  "4,4,USD\n"
                  "5,5,USD,2024-09-03\n");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_expect_eq(count_records(&c, "cost"), 2);
    cr_expect(has_note(&c, "BilledCost: no decimal number"));
    cr_expect(has_note(&c, "ChargePeriodStart: no time known here"));
    cr_expect(has_note(&c, "no cost in any column"));
    cr_expect(has_note(&c, "7 cells, and the heading has 6"));
    cr_expect(has_note(&c, "ChargePeriodStart: no value"));
    cr_expect(has_note(&c, "BilledCost: the comma may be the decimal point"));
    cr_expect(has_note(&c, "6 of 8 rows refused"));
    cr_expect(text_is(find_scope(&c), "outcome", "partial"));
    collected_done(&c);
}

/* The time that was read last is remembered, column by column. */
Test(bills, times_are_those_of_their_rows) {
    collect("BilledCost,EffectiveCost,BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd\n"
            "1,1,2024-08-01,2024-09-01,2024-09-02\n"
            "2,2,,2024-09-01,2024-09-03\n"
            "3,3,2024-08-01,2024-09-0,2024-09-03\n"
            "4,4,2024-10-31,2024-09-03,2024-09-03T00:00:00Z\n"
            "5,5,,2024-09-01,\n");
    static const char *const begins[] = {"2024-08", "2024-09", "2024-10", "2024-09"};
    static const char *const charges[] = {"2024-09-01", "2024-09-01", "2024-09-03", "2024-09-01"};
    static const char *const ends[] = {"2024-09-02", "2024-09-03", "2024-09-03"};
    for (size_t i = 0; i < 4; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s-01T00:00:00Z", begins[i]);
        EXPECT(line_at(i), "BillingPeriodStart", text);
        snprintf(text, sizeof text, "%sT00:00:00Z", charges[i]);
        EXPECT(line_at(i), "ChargePeriodStart", text);
        snprintf(text, sizeof text, "%sT00:00:00Z", i < 3 ? ends[i] : "");
        cr_expect(i == 3 || text_is(line_at(i), "ChargePeriodEnd", text));
    }
    cr_expect_null(ix_json_get(line_at(3), "ChargePeriodEnd"));
    cr_expect(has_note(&c, "ChargePeriodStart: no time known here"));
    collected_done(&c);
}

Test(bills, digits_below_the_last_decimal_are_rounded_and_counted) {
    collect(FOCUS "0.0000000000000000015,1,USD,2024-09-01,A,\n");
    EXPECT(line_at(0), "BilledCost", "0.000000000000000002");
    cr_expect(has_note(&c, "1 amounts rounded below 10^-18"));
    collected_done(&c);
}

Test(bills, amounts_of_spreadsheets_and_their_empty_rows_are_read) {
    collect(FOCUS "\"$10,000.00 \",\"($0.50)\",USD,4/1/25,A,\n"
                  ",,,,,\n"
                  ",,,,,\n");
    EXPECT(line_at(0), "BilledCost", "10000");
    EXPECT(line_at(0), "EffectiveCost", "-0.5");
    cr_expect_eq(count_records(&c, "cost"), 1);
    cr_expect(text_is(find_scope(&c), "outcome", "whole"));
    collected_done(&c);
}

Test(bills, the_currency_has_another_name_in_examples_of_the_specification) {
    collect("BilledCost,EffectiveCost,ChargePeriodStart,BilledCurrency\n1,1,2026-01-01,USD\n");
    EXPECT(line_at(0), "BillingCurrency", "USD");
    collected_done(&c);
}

Test(bills, a_title_and_what_excel_needs_may_stand_before_the_heading) {
    static const char *const before[] = {"sep=,\n", "Usage Data Extract,,\n,,\n", "\n\n\n",
                                         "a,b\n\n"};
    static char text[256];
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        snprintf(text, sizeof text, "%s" FOCUS "1,1,USD,2024-09-01,A,\noops,1,USD,2024-09-01,A,\n",
                 before[i]);
        collect(text);
        EXPECT(line_at(0), "BilledCost", "1");
        cr_expect_eq(count_records(&c, "cost"), 1);
        collected_done(&c);
    }
    collect_bytes(&c, tested.usual_name, IX_SV("a\nb\nc\nd\n" FOCUS));
    cr_expect_eq(c.recognised.claim, IX_CLAIM_NONE);
    collected_done(&c);
}

Test(bills, a_heading_alone_is_a_bill_of_nothing) {
    collect(FOCUS);
    cr_expect_eq(c.code, IX_OK);
    cr_expect_eq(count_records(&c, "cost"), 0);
    cr_expect(text_is(find_scope(&c), "outcome", "whole"));
    collected_done(&c);
}

Test(bills, a_quote_that_is_never_closed_ends_all_of_it) {
    collect(FOCUS "1,1,USD,2024-09-01,\"A,\n2,2,USD,2024-09-01,B,\n");
    cr_expect_eq(c.code, IX_INVALID);
    cr_expect_not_null(strstr(c.err.text, "line 2: a quote is never closed"), "%s", c.err.text);
    collected_done(&c);
}

Test(bills, what_is_no_bill_is_left_to_others) {
    static const char *const texts[] = {"name,price\na,1\n", "a: 1\n", "hello", "BilledCost\n1\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        collect_bytes(&c, tested.usual_name, ix_sv_cstr(texts[i]));
        cr_expect_eq(c.recognised.claim, IX_CLAIM_NONE, "%s", texts[i]);
        collected_done(&c);
    }
    collect_bytes(&c, tested.usual_name,
                  IX_SV("BillingCurrency,ContractCommitmentCategory,ContractId\nEUR,Spend,A\n"));
    cr_expect_eq(c.recognised.claim, IX_CLAIM_IGNORE);
    cr_expect_str_eq(c.recognised.format, "FOCUS Contract Commitment");
    collected_done(&c);
    collect_bytes(&c, tested.usual_name, IX_SV("PAR1 and so on"));
    cr_expect_eq(c.recognised.claim, IX_CLAIM_REFUSE);
    collected_done(&c);
}

/* ---- AWS ---- */

#define CUR                                                                                        \
    "line_item_line_item_type,line_item_usage_start_date,line_item_unblended_cost,"                \
    "line_item_currency_code,line_item_resource_id,pricing_public_on_demand_cost,"                 \
    "savings_plan_savings_plan_a_r_n,savings_plan_savings_plan_effective_cost,"                    \
    "savings_plan_total_commitment_to_date,savings_plan_used_commitment,"                          \
    "reservation_reservation_a_r_n,reservation_effective_cost,"                                    \
    "reservation_unused_amortized_upfront_fee_for_billing_period,"                                 \
    "reservation_unused_recurring_fee,line_item_usage_type\n"

/* Plan of 10 an hour of which 7 are used: fee 10, covered use 9 by the hour for 7, its negation. */
Test(bills, the_effective_cost_of_a_savings_plan_is_what_was_used_and_what_was_not) {
    collect(CUR "SavingsPlanCoveredUsage,2024-01-01,9,USD,i-1,9,arn:sp,7,,,,,,,Box\n"
                "SavingsPlanNegation,2024-01-01,-9,USD,i-1,-9,arn:sp,,,,,,,,Box\n"
                "SavingsPlanRecurringFee,2024-01-01,10,USD,,,arn:sp,,10,7,,,,,\n");
    EXPECT(line_at(0), "BilledCost", "9");
    EXPECT(line_at(0), "EffectiveCost", "7");
    EXPECT(line_at(0), "CommitmentDiscountStatus", "Used");
    EXPECT(line_at(1), "BilledCost", "-9");
    EXPECT(line_at(1), "EffectiveCost", "0");
    EXPECT(line_at(1), "ListCost", "0");
    EXPECT(line_at(2), "BilledCost", "10");
    EXPECT(line_at(2), "EffectiveCost", "3");
    EXPECT(line_at(2), "ChargeCategory", "Purchase");
    EXPECT(line_at(2), "CommitmentDiscountCategory", "Spend");
    collected_done(&c);
}

Test(bills, the_effective_cost_of_a_reservation_is_what_was_used_and_what_was_not) {
    collect(CUR "DiscountedUsage,2024-01-01,0,USD,i-1,2,,,,,arn:ri,1.25,,,Box\n"
                "RIFee,2024-01-01,3,USD,,,,,,,arn:ri,,0.5,0.25,\n"
                "Fee,2024-01-01,100,USD,,,,,,,arn:ri,,,,\n"
                "Fee,2024-01-01,5,USD,,,,,,,,,,,\n");
    EXPECT(line_at(0), "EffectiveCost", "1.25");
    EXPECT(line_at(0), "CommitmentDiscountCategory", "Usage");
    EXPECT(line_at(1), "EffectiveCost", "0.75");
    EXPECT(line_at(2), "BilledCost", "100");
    EXPECT(line_at(2), "EffectiveCost", "0");
    EXPECT(line_at(3), "EffectiveCost", "5");
    collected_done(&c);
}

Test(bills, aws_lines_have_their_category_and_pricing) {
    collect(CUR "Usage,2024-01-01,1,USD,i-1,2,,,,,,,,,SpotUsage:m5\n"
                "Tax,2024-01-01,1,USD,,,,,,,,,,,\n"
                "Credit,2024-01-01,-1,USD,,,,,,,,,,,\n"
                "Surprise,2024-01-01,1,USD,,,,,,,,,,,\n");
    EXPECT(line_at(0), "PricingCategory", "Dynamic");
    EXPECT(line_at(0), "ContractedCost", "1");
    EXPECT(line_at(1), "ChargeCategory", "Tax");
    EXPECT(line_at(2), "ChargeCategory", "Credit");
    cr_expect_eq(count_records(&c, "cost"), 3);
    cr_expect(has_note(&c, "no kind of line known here"));
    collected_done(&c);
}

Test(bills, discounts_of_aws_have_many_names) {
    collect("line_item_line_item_type,line_item_usage_start_date,line_item_unblended_cost\n"
            "SppDiscount,2024-01-01,-1\n"
            "RiVolumeDiscount,2024-01-01,-2\n"
            "Present,2024-01-01,-4\n");
    EXPECT(line_at(0), "EffectiveCost", "-1");
    EXPECT(line_at(1), "ChargeCategory", "Usage");
    cr_expect(has_note(&c, "line_item_line_item_type: no kind of line known here"));
    collected_done(&c);
}

/* The map of CUR 2.0, the columns that Athena makes of it, the legacy report's columns. */
Test(bills, tags_of_aws_have_the_keys_that_the_customer_gave_them) {
    static const char *const rows[][2] = {
        {"resource_tags", "\"{\"\"user_team\"\":\"\"red\"\",\"\"aws_by\"\":\"\"me\"\"}\""},
        {"resource_tags_user_team,resource_tags_aws_by", "red,me"},
    };
    static char text[512];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(text, sizeof text,
                 "line_item_line_item_type,line_item_usage_start_date,line_item_unblended_cost,%s\n"
                 "Usage,2024-01-01,1,%s\n",
                 rows[i][0], rows[i][1]);
        collect(text);
        cr_expect(text_is(ix_json_get(line_at(0), "Tags"), "team", "red"), "%s", rows[i][0]);
        cr_expect(text_is(ix_json_get(line_at(0), "Tags"), "aws_by", "me"), "%s", rows[i][0]);
        collected_done(&c);
    }
}

Test(bills, the_legacy_report_is_the_same_in_another_spelling) {
    collect("lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost,"
            "savingsPlan/SavingsPlanARN,savingsPlan/SavingsPlanEffectiveCost,"
            "resourceTags/user:Team,lineItem/BlendedCost,product/ProductName\n"
            "SavingsPlanCoveredUsage,2024-01-01T00:00:00Z,9,arn:sp,7,red,8,Amazon EC2\n");
    const struct ix_json *line = line_at(0);
    EXPECT(line, "EffectiveCost", "7");
    EXPECT(line, "CommitmentDiscountId", "arn:sp");
    EXPECT(line, "ServiceName", "Amazon EC2");
    cr_expect(text_is(ix_json_get(line, "Tags"), "Team", "red"));
    cr_expect(text_is(ix_json_get(line, "extra"), "lineItem/BlendedCost", "8"));
    collected_done(&c);
}

/* ---- Azure ---- */

#define AZURE                                                                                      \
    "Date,MeterCategory,SubscriptionId,Cost,ChargeType,PricingModel,benefitId,ResourceId,"         \
    "BillingCurrency,Quantity,UnitOfMeasure\n"
#define RESERVATION "/providers/Microsoft.Capacity/reservationOrders/a/reservations/b"

Test(bills, what_a_reservation_of_azure_covers_is_effective_and_not_billed) {
    collect(AZURE "9/1/2023,Virtual Machines,S,2.5,Usage,Reservation," RESERVATION
                  ",,USD,1,1 Hour\n"
                  "9/1/2023,Virtual Machines,S,0,Usage,Reservation," RESERVATION ",,USD,1,1 Hour\n"
                  "9/1/2023,Virtual Machines,S,4,UnusedReservation,Reservation," RESERVATION
                  ",,USD,1,1 Hour\n"
                  "9/1/2023,Virtual Machines,S,50,Purchase,Reservation,,,USD,,\n"
                  "9/1/2023,Storage,S,3,Usage,OnDemand,,/Subscriptions/S/RG/X,USD,1,1 GB\n"
                  "9/1/2023,Storage,S,-3,Refund,OnDemand,,,USD,1,1 GB\n");
    EXPECT(line_at(0), "BilledCost", "0");
    EXPECT(line_at(0), "EffectiveCost", "2.5");
    EXPECT(line_at(0), "CommitmentDiscountStatus", "Used");
    cr_expect_null(ix_json_get(line_at(1), "EffectiveCost"), "an actual export does not say it");
    EXPECT(line_at(2), "EffectiveCost", "4");
    EXPECT(line_at(2), "CommitmentDiscountStatus", "Unused");
    EXPECT(line_at(3), "BilledCost", "50");
    EXPECT(line_at(3), "EffectiveCost", "0");
    EXPECT(line_at(4), "BilledCost", "3");
    EXPECT(line_at(4), "EffectiveCost", "3");
    EXPECT(line_at(4), "ResourceId", "/subscriptions/s/rg/x");
    EXPECT(line_at(4), "ResourceName", "X");
    EXPECT(line_at(4), "ChargePeriodEnd", "2023-09-02T00:00:00Z");
    EXPECT(line_at(5), "ChargeClass", "Correction");
    collected_done(&c);
}

Test(bills, azure_is_read_in_the_spellings_and_separators_of_other_places) {
    collect("Datum;MeterCategory;SubscriptionGuid;Kosten;Menge;Tags\n"
            "09/15/2023;Storage;S;1,25;3,5;\"\"\"env\"\": \"\"prod\"\"\"\n");
    const struct ix_json *line = line_at(0);
    EXPECT(line, "BilledCost", "1.25");
    EXPECT(line, "PricingQuantity", "3.5");
    EXPECT(line, "ChargePeriodStart", "2023-09-15T00:00:00Z");
    cr_expect(text_is(ix_json_get(line, "Tags"), "env", "prod"));
    collected_done(&c);
}

/* Headings of exports in German and Spanish, as users of Kubecost and of Koku have shown them. */
#define GERMAN                                                                                     \
    "Abonnement-GUID (SubscriptionGuid),UsageDateTime (UsageDateTime),Kategorie der "              \
    "Verbrauchseinheit (MeterCategory),ID der Verbrauchseinheit (MeterId),UsageQuantity "          \
    "(UsageQuantity),PreTaxCost (PreTaxCost),InstanceId (InstanceId),Tags (Tags),Currency,"        \
    "Ma\xC3\x9F"                                                                                   \
    "einheit (UnitOfMeasure)\n"
#define SPANISH                                                                                    \
    "Ubicaci\xC3\xB3n de los recursos (SubscriptionGuid),UsageDateTime (UsageDateTime),"           \
    "Categor\xC3\xAD"                                                                              \
    "a del medidor (MeterCategory),Id. de medidor (MeterId),UsageQuantity (UsageQuantity),"        \
    "PreTaxCost (PreTaxCost),InstanceId (InstanceId),Etiquetas (Tags),Currency,Unidad de "         \
    "medida (UnitOfMeasure)\n"
#define PORTAL                                                                                     \
    "SubscriptionGuid,Date,Meter Category,Meter ID,Consumed Quantity,ExtendedCost,Instance "       \
    "ID,Tags,Currency,Unit Of Measure\n"

Test(bills, azure_names_columns_in_the_language_of_the_portal_and_in_english_behind) {
    static const char *const headings[] = {GERMAN, SPANISH, PORTAL};
    static char text[1024];
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        snprintf(text, sizeof text, "%sS1,2021-02-02,Load Balancer,M1,3,0.075,/x/LB,,USD,Hours\n",
                 headings[i]);
        collect(text);
        const struct ix_json *line = line_at(0);
        EXPECT(line, "SubAccountId", "s1");
        EXPECT(line, "BilledCost", "0.075");
        EXPECT(line, "ServiceName", "Load Balancer");
        EXPECT(line, "SkuPriceId", "M1");
        EXPECT(line, "PricingQuantity", "3");
        EXPECT(line, "PricingUnit", "Hours");
        EXPECT(line, "ResourceId", "/x/lb");
        collected_done(&c);
    }
}

/* ---- Oracle ---- */

Test(bills, oracle_charges_what_goes_beyond_the_commitment) {
    collect("lineItem/intervalUsageStart,lineItem/intervalUsageEnd,cost/myCost,cost/myCostOverage,"
            "lineItem/isCorrection,tags/Ops.Team\n"
            "2023-11-13T10:00Z,2023-11-13T11:00:00Z,0.012264277499950943,0.5,true,red\n");
    const struct ix_json *line = line_at(0);
    EXPECT(line, "EffectiveCost", "0.012264277499950943");
    EXPECT(line, "BilledCost", "0.5");
    EXPECT(line, "ChargeClass", "Correction");
    cr_expect(text_is(ix_json_get(line, "Tags"), "Ops.Team", "red"));
    collected_done(&c);
}

/* ---- Google ---- */

#define GOOGLE                                                                                     \
    "{\"billing_account_id\":\"01A\",\"service\":{\"id\":\"6F\",\"description\":\"Compute "        \
    "Engine\"},"                                                                                   \
    "\"usage_start_time\":\"2024-03-31 23:00:00 UTC\",\"project\":{\"id\":\"shop\"},"              \
    "\"labels\":[{\"key\":\"team\",\"value\":\"red\"}],\"resource\":{\"global_name\":\"//x/"       \
    "vm-1\"},"                                                                                     \
    "\"cost\":1.234567890123456789,\"currency\":\"EUR\",\"cost_type\":\"%s\","                     \
    "\"credits\":%s,\"invoice\":{\"month\":\"202404\"}}\n"

static void collect_google(const char *cost_type, const char *credits) {
    static char text[1024];
    snprintf(text, sizeof text, GOOGLE, cost_type, credits);
    collect_bytes(&c, "bill.json", ix_sv_cstr(text));
    cr_assert_eq(c.recognised.claim, IX_CLAIM_READ);
}

Test(bills, a_charge_of_google_and_its_credits_are_lines_of_their_own) {
    collect_google("regular", "[{\"name\":\"Sustained\",\"amount\":-0.2,\"type\":\"SUSTAINED\"},"
                              "{\"name\":\"p\",\"full_name\":\"Promo\",\"amount\":\"-1\"}]");
    cr_assert_eq(count_records(&c, "cost"), 3);
    const struct ix_json *charge = line_at(0);
    EXPECT(charge, "BilledCost", "1.234567890123456789");
    EXPECT(charge, "BillingPeriodStart", "2024-04-01T00:00:00Z");
    EXPECT(charge, "ChargePeriodStart", "2024-03-31T23:00:00Z");
    EXPECT(charge, "ServiceName", "Compute Engine");
    EXPECT(charge, "ResourceId", "//x/vm-1");
    EXPECT(charge, "ChargeCategory", "Usage");
    cr_expect(text_is(ix_json_get(charge, "Tags"), "team", "red"));
    cr_expect(text_is(ix_json_get(charge, "extra"), "service.id", "6F"));
    EXPECT(line_at(1), "BilledCost", "-0.2");
    EXPECT(line_at(1), "ChargeCategory", "Credit");
    cr_expect(text_is(ix_json_get(line_at(1), "extra"), "credit.type", "SUSTAINED"));
    EXPECT(line_at(2), "ChargeDescription", "Promo");
    EXPECT(line_at(2), "EffectiveCost", "-1");
    collected_done(&c);
}

Test(bills, a_row_of_google_with_a_broken_credit_is_refused_whole) {
    collect_google("tax", "[{\"amount\":-0.2},{\"amount\":\"much\"}]");
    cr_expect_eq(count_records(&c, "cost"), 0);
    cr_expect(has_note(&c, "credits: amount"));
    collected_done(&c);
    collect_google("tax", "[]");
    EXPECT(line_at(0), "ChargeCategory", "Tax");
    collected_done(&c);
}

Test(bills, the_same_export_is_read_as_csv) {
    collect("billing_account_id,service_description,usage_start_time,cost,currency,invoice_month,"
            "credits\n"
            "01A,BigQuery,2024-04-02 00:00:00 UTC,2.5,EUR,202404,\"[{\"\"amount\"\":-0.5}]\"\n");
    EXPECT(line_at(0), "BilledCost", "2.5");
    EXPECT(line_at(0), "ServiceName", "BigQuery");
    EXPECT(line_at(1), "BilledCost", "-0.5");
    collected_done(&c);
}

Test(bills, nested_cells_of_google_may_be_what_python_prints) {
    collect("billing_account_id,service.description,usage_start_time,cost,currency,labels,credits\n"
            "01A,Logs,2020-11-09 23:00:00+00:00,5e-06,USD,\"[{'key': 'team', 'value': 'x'}]\","
            "\"[{'name': 'Free', 'amount': -5e-06, 'full_name': None, 'type': 'PROMOTION'}]\"\n");
    cr_assert_eq(count_records(&c, "cost"), 2);
    EXPECT(line_at(0), "BilledCost", "0.000005");
    cr_expect(text_is(ix_json_get(line_at(0), "Tags"), "team", "x"));
    EXPECT(line_at(1), "BilledCost", "-0.000005");
    EXPECT(line_at(1), "ChargeDescription", "Free");
    collected_done(&c);
}
