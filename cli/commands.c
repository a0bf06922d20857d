/* The commands and their options, row by row. */
#include <stddef.h>

#include "cli/command.h"
#include "cli/printer.h"
#include "collectors/bills/conformance.h"
#include "query/cost/cost.h"

#define AT(member) offsetof(struct ix_settings, member)

const struct ix_option ix_common_options[] = {
    {"data", 0, IX_OPTION_TEXT, "DIR", NULL, AT(data), NULL,
     "the warehouse's folder (else INFRADEX_DATA, else the XDG data folder)"},
    {"output", 'o', IX_OPTION_CHOICE, "FORMAT", "table", AT(output), IX_OUTPUT_CHOICES,
     "how to print: table, json, ndjson, csv, yaml; counts and sums also as chart or svg"},
    {"help", 'h', IX_OPTION_FLAG, NULL, NULL, AT(help), NULL, "say what this command does"},
    {0},
};

static const struct ix_option index_options[] = {
    {"source", 's', IX_OPTION_TEXT, "NAME", NULL, AT(source), NULL,
     "call the source so (else by its absolute path)"},
    {"dry-run", 'n', IX_OPTION_FLAG, NULL, NULL, AT(dry_run), NULL,
     "print what would be indexed, as NDJSON, and touch nothing"},
    {"strict", 0, IX_OPTION_FLAG, NULL, NULL, AT(strict), NULL,
     "exit with 1 when anything was not recognised or failed"},
    {"quiet", 'q', IX_OPTION_FLAG, NULL, NULL, AT(quiet), NULL, "only say what went wrong"},
    {"wait", 0, IX_OPTION_NUMBER, "SECONDS", "0", AT(wait_s), NULL,
     "how long to wait while another process writes"},
    {0},
};

static const struct ix_option search_options[] = {
    {"limit", 'l', IX_OPTION_NUMBER, "N", "50", AT(limit), NULL, "at most so many rows"},
    {"columns", 'c', IX_OPTION_TEXT, "NAMES", NULL, AT(columns), NULL,
     "columns of a table or CSV, separated by commas (tags.env, properties.size)"},
    {"properties", 'p', IX_OPTION_FLAG, NULL, NULL, AT(properties), NULL,
     "give each item's properties too"},
    {"cursor", 0, IX_OPTION_TEXT, "NEXT", NULL, AT(cursor), NULL,
     "go on where an earlier answer ended (its `next`)"},
    {"url", 0, IX_OPTION_TEXT, "URL", NULL, AT(url), NULL,
     "ask the server there (infradex serve) instead of the data folder"},
    {"exit-status", 'e', IX_OPTION_FLAG, NULL, NULL, AT(exit_status), NULL,
     "exit with 3 when nothing matched"},
    {"timeout", 0, IX_OPTION_NUMBER, "SECONDS", "30", AT(timeout_s), NULL,
     "give up a query after so long (0: never)"},
    {0},
};

static const struct ix_option rows_options[] = {
    {"limit", 'l', IX_OPTION_NUMBER, "N", "50", AT(limit), NULL, "at most so many rows (0: all)"},
    {"columns", 'c', IX_OPTION_TEXT, "NAMES", NULL, AT(columns), NULL,
     "columns of a table or CSV, separated by commas"},
    {0},
};

static const struct ix_option show_options[] = {
    {"columns", 'c', IX_OPTION_TEXT, "NAMES", NULL, AT(columns), NULL,
     "columns of CSV, separated by commas"},
    {0},
};

const struct ix_cost_tool ix_cost_tools[] = {
    {"validate", "FILE", "which rules of FOCUS a file breaks, by their ids (exit code 6: some)",
     ix_cmd_cost_validate},
    {0},
};

static const struct ix_option cost_options[] = {
    {"by", 'b', IX_OPTION_TEXT, "NAMES", NULL, AT(by), NULL,
     "dimensions, separated by commas: service, account, region, tag.team, resource.kind, month"},
    {"metric", 'm', IX_OPTION_TEXT, "METRIC", "effective", AT(metric), NULL,
     "billed, effective, list or contracted"},
    {"where", 'w', IX_OPTION_TEXT, "CONDITIONS", NULL, AT(where), NULL,
     "only such lines: service=AmazonEC2,region!=us-east-1|us-west-2,tag.team= (without one)"},
    {"query", 0, IX_OPTION_TEXT, "QUERY", NULL, AT(query), NULL,
     "only lines of the resources that a query finds: 'tag.env:prod kind:bucket'"},
    {"in", 0, IX_OPTION_TEXT, "PERIOD", NULL, AT(in), NULL, "a day, month or year: 2025-03"},
    {"from", 0, IX_OPTION_TEXT, "TIME", NULL, AT(from), NULL,
     "charges from then on: 2025-01, now-90d"},
    {"until", 0, IX_OPTION_TEXT, "TIME", NULL, AT(until), NULL, "charges before then"},
    {"versus", 0, IX_OPTION_TEXT, "PERIOD", NULL, AT(versus), NULL,
     "the period to compare with, where a report compares"},
    {"compare", 0, IX_OPTION_FLAG, NULL, NULL, AT(compare), NULL,
     "sums beside those of the calendar period before, or the span before"},
    {"file", 'f', IX_OPTION_TEXT, "FILE", NULL, AT(file), NULL,
     "what the report reads beside the bills: rules, budgets, a series"},
    {"rates", 0, IX_OPTION_TEXT, "FILE", NULL, AT(rates), NULL,
     "show everything in one currency, at the rates of a CSV: EUR,USD,1.0832 or "
     "EUR,USD,1.0832,2025-03"},
    {"focus-version", 0, IX_OPTION_CHOICE, "VERSION", "1.2", AT(focus_version),
     IX_CONFORMANCE_VERSIONS, "of validate: whose columns are asked for"},
    {"limit", 'l', IX_OPTION_NUMBER, "N", "0", AT(limit), NULL,
     "at most so many rows (0: what the report shows, 20 of top and movers)"},
    {"columns", 'c', IX_OPTION_TEXT, "NAMES", NULL, AT(columns), NULL,
     "columns of a table or CSV, separated by commas"},
    {0},
};

static const struct ix_option wait_options[] = {
    {"wait", 0, IX_OPTION_NUMBER, "SECONDS", "0", AT(wait_s), NULL,
     "how long to wait while another process writes"},
    {0},
};

static const struct ix_option serve_options[] = {
    {"address", 'a', IX_OPTION_TEXT, "ADDRESS", "127.0.0.1", AT(address), NULL,
     "where to listen: an IPv4 or IPv6 address"},
    {"port", 'p', IX_OPTION_NUMBER, "PORT", "7117", AT(port), "0..65535",
     "the port (0: any free one; the first line says which)"},
    {"allow-any-address", 0, IX_OPTION_FLAG, NULL, NULL, AT(allow_any_address), NULL,
     "listen on addresses that other machines can reach, too"},
    {"workers", 0, IX_OPTION_NUMBER, "N", "4", AT(workers), "1..256",
     "threads that answer requests, each with its own reader of the warehouse"},
    {"io-threads", 0, IX_OPTION_NUMBER, "N", "2", AT(io_threads), "1..64",
     "threads that read and write sockets"},
    {"connections", 0, IX_OPTION_NUMBER, "N", "1024", AT(connections), "0..100000",
     "open connections at most (0: no limit)"},
    {"connections-per-address", 0, IX_OPTION_NUMBER, "N", "256", AT(connections_per_address),
     "0..100000", "of those from one address (0: no limit)"},
    {"queue", 0, IX_OPTION_NUMBER, "N", "256", AT(queue), "1..100000",
     "requests that may wait for a worker; more are answered with 503"},
    {"body", 0, IX_OPTION_NUMBER, "MIB", "64", AT(body_mib), "1..1024", "a request's body at most"},
    {"query-time", 0, IX_OPTION_NUMBER, "MS", "2000", AT(query_ms), "0..3600000",
     "how long a query may take; then its answer is incomplete (0: no limit)"},
    {"rows", 0, IX_OPTION_NUMBER, "N", "1000", AT(rows), "0..1000000",
     "rows of one page at most (0: no limit; streams have none)"},
    {"spool", 0, IX_OPTION_NUMBER, "MIB", "2048", AT(spool_mib), "1..1048576",
     "room in the data folder for streams that are sorted or ranked; beyond it: 503"},
    {"idle-time", 0, IX_OPTION_NUMBER, "SECONDS", "60", AT(idle_s), "1..86400",
     "close a connection on which nothing moves"},
    {"request-time", 0, IX_OPTION_NUMBER, "SECONDS", "30", AT(request_s), "1..86400",
     "how long a request may take to arrive; large bodies get more"},
    {"log-format", 0, IX_OPTION_CHOICE, "FORMAT", "kv", AT(log_format), "kv|json|none",
     "a line on standard error for each request: key=value, JSON, or none"},
    {0},
};

enum { ANY = 100000 };

const struct ix_command ix_commands[] = {
    {
        .name = "index",
        .arguments = "PATH...",
        .summary = "read files, folders, globs or standard input (-) into the warehouse",
        .examples = "infradex index terraform.tfstate\tone state\n"
                    "infradex index ~/infra\teverything below a folder\n"
                    "terraform show -json | infradex index --source prod -\tfrom a pipe\n"
                    "infradex index --dry-run -o ndjson app.yaml\tlook, touch nothing\n",
        .about = "Each file is recognised by its content: Terraform and OpenTofu states and plans, "
                 "Pulumi checkpoints and exports, CloudFormation templates and API answers, "
                 "Kubernetes manifests and lists, and infradex's exchange format; also compressed "
                 "with gzip or Zstandard. What is not recognised is named with the reason. A file "
                 "that breaks off half-way changes nothing. Exit code 7 means that some files were "
                 "indexed and others failed.",
        .least_arguments = 1,
        .most_arguments = ANY,
        .options = index_options,
        .arguments_are = "file",
        .run = ix_cmd_index,
    },
    {
        .name = "search",
        .arguments = "QUERY",
        .summary = "find resources",
        .examples = "infradex search payments prod\twords, best match first\n"
                    "infradex search 'kind:bucket encrypted:false'\tunencrypted buckets\n"
                    "infradex search '-tag.owner: kind:instance | count by region'\tcounts\n"
                    "infradex search -o json 'type:aws_s3_bucket' \tfor a program\n",
        .about = "docs/QUERY.md describes the language; `infradex fields` lists its fields.",
        .least_arguments = 0,
        .most_arguments = ANY,
        .options = search_options,
        .arguments_are = "query",
        .run = ix_cmd_search,
    },
    {
        .name = "show",
        .arguments = "ID",
        .summary = "everything known about one resource",
        .examples = "infradex show arn:aws:s3:::acme-logs\tby its id\n"
                    "infradex show aws_s3_bucket.logs\tby its address in code\n"
                    "infradex show -o json vpc-0a1b2c\tfor a program\n",
        .about = "ID is a uid, a provider's id, an address or a name that only one resource has.",
        .least_arguments = 1,
        .most_arguments = 1,
        .options = show_options,
        .arguments_are = "",
        .run = ix_cmd_show,
    },
    {
        .name = "history",
        .arguments = "ID",
        .summary = "what changed on one resource, and when",
        .examples = "infradex history arn:aws:s3:::acme-logs\tthe newest change first\n",
        .about = "",
        .least_arguments = 1,
        .most_arguments = 1,
        .options = rows_options,
        .arguments_are = "",
        .run = ix_cmd_history,
    },
    {
        .name = "sources",
        .arguments = "",
        .summary = "what is indexed, and how fresh it is",
        .examples = "infradex sources\tname, kind, resources, last whole reading\n",
        .about = "",
        .options = rows_options,
        .arguments_are = "",
        .run = ix_cmd_sources,
    },
    {
        .name = "runs",
        .arguments = "",
        .summary = "what was collected when, with counts and failures",
        .examples = "infradex runs --limit 10\tthe ten newest\n",
        .about = "",
        .options = rows_options,
        .arguments_are = "",
        .run = ix_cmd_runs,
    },
    {
        .name = "types",
        .arguments = "[WORD]",
        .summary = "type families: their names, spellings and kinds",
        .examples = "infradex types bucket\tfamilies whose name or spelling holds the word\n",
        .about = "",
        .most_arguments = 1,
        .options = rows_options,
        .arguments_are = "",
        .run = ix_cmd_types,
    },
    {
        .name = "fields",
        .arguments = "[WORD]",
        .summary = "the fields of the query language, and the property paths that were seen",
        .examples = "infradex fields\tfields with their meaning\n"
                    "infradex fields instance\tproperty paths that hold the word\n",
        .about = "",
        .most_arguments = 1,
        .options = rows_options,
        .arguments_are = "",
        .run = ix_cmd_fields,
    },
    {
        .name = "cost",
        .arguments = "REPORT [WORD…]",
        .summary = "reports over bills",
        .examples =
            "infradex cost report --by service,month\tsums of every service and month\n"
            "infradex cost top --in 2025-03\tthe dearest resources of a month\n"
            "infradex cost movers --in 2025-03 --by account\tbeside the month before\n"
            "infradex cost report --by tag.team --where charge=Usage\tby a tag of the bill\n"
            "infradex cost unallocated\twhat no known resource stands for, and why\n"
            "infradex cost validate bill.csv\twhich rules of FOCUS it breaks\n",
        .about =
            "Amounts are exact, and currencies are never added to one another. What a bill does "
            "not "
            "say is unknown and not 0: the lines without it are counted. docs/COSTS.md says what "
            "the metrics mean and which names there are.",
        .least_arguments = 1,
        .most_arguments = 1 + IX_COST_WORDS_MAX,
        .options = cost_options,
        .arguments_are = "report",
        .run = ix_cmd_cost,
    },
    {
        .name = "export",
        .arguments = "[QUERY]",
        .summary = "write resources in the exchange format (NDJSON) to standard output",
        .examples = "infradex export > everything.ndjson\tthe whole warehouse\n"
                    "infradex export kind:bucket\tonly what a query finds\n"
                    "infradex export | infradex index --data copy -\tinto another warehouse\n",
        .about = "The records of a source stand together, with a scope record behind them: whole, "
                 "or partial when a query chose them.",
        .most_arguments = ANY,
        .arguments_are = "query",
        .run = ix_cmd_export,
    },
    {
        .name = "doctor",
        .arguments = "",
        .summary = "check that the warehouse is well",
        .examples = "infradex doctor\ta line a check, and a verdict\n"
                    "infradex doctor -o json\tfor a monitor\n",
        .about = "Exit code 8 when something is broken.",
        .options = wait_options,
        .arguments_are = "",
        .run = ix_cmd_doctor,
    },
    {
        .name = "repair",
        .arguments = "",
        .summary = "rebuild everything that is derived (indexes, columns, statistics)",
        .examples = "infradex repair\tafter doctor said so\n",
        .about = "",
        .options = wait_options,
        .arguments_are = "",
        .run = ix_cmd_repair,
    },
    {
        .name = "backup",
        .arguments = "FILE",
        .summary = "copy the warehouse into one file while others write",
        .examples = "infradex backup /backups/infradex.db\ta consistent, verified copy\n",
        .about = "To restore, put the file into a data folder under the name infradex.db.",
        .least_arguments = 1,
        .most_arguments = 1,
        .arguments_are = "file",
        .run = ix_cmd_backup,
    },
    {
        .name = "serve",
        .arguments = "",
        .summary = "answer queries over HTTP",
        .examples = "infradex serve\ton this machine alone, port 7117\n"
                    "infradex serve --log-format json 2>>requests.log\tkeep the log\n"
                    "curl 'http://127.0.0.1:7117/api/v1/search?q=kind:bucket'\task it\n",
        .about = "docs/API.md describes the interface; a running server describes itself at "
                 "/api/v1/openapi.json. Nobody is asked who they are: to be reached from other "
                 "machines, put a proxy in front of it that does. SIGTERM or SIGINT ends it "
                 "once what it has begun is answered, 10 seconds later at most; a second one "
                 "ends it at once.",
        .options = serve_options,
        .arguments_are = "",
        .run = ix_cmd_serve,
    },
    {
        .name = "completion",
        .arguments = "SHELL",
        .summary = "print a completion script for bash, zsh or fish",
        .examples = "source <(infradex completion bash)\tfor this shell\n",
        .about = "",
        .least_arguments = 1,
        .most_arguments = 1,
        .arguments_are = "shell",
        .run = ix_cmd_completion,
    },
    {
        .name = "man",
        .arguments = "",
        .summary = "print the manual page (mdoc)",
        .examples = "infradex man | man -l -\tread it\n",
        .about = "",
        .arguments_are = "",
        .run = ix_cmd_man,
    },
    {
        .name = "version",
        .arguments = "",
        .summary = "print the version",
        .examples = "infradex version\tof the program\n",
        .about = "",
        .arguments_are = "",
        .run = ix_cmd_version,
    },
    {
        .name = "help",
        .arguments = "[COMMAND]",
        .summary = "say what infradex, or one of its commands, does",
        .examples = "infradex help search\tone command\n",
        .about = "",
        .most_arguments = 1,
        .arguments_are = "command",
        .run = ix_cmd_help,
    },
    {0},
};

const struct ix_command *ix_command_find(struct ix_sv name) {
    for (const struct ix_command *c = ix_commands; c->name; c++) {
        if (ix_sv_eq_cstr(name, c->name)) {
            return c;
        }
    }
    return NULL;
}
