/* A Terraform state (version 4) of any size, for the drill of memory: bench/drill.sh.
 *
 * Of each kind there are as many as a large estate has: instances of one block with `count`, so
 * that a block is larger than any piece that may be held, and blocks of one. Attributes are nested,
 * some are marked sensitive, dependencies lead to the network. Numbers alone tell the instances
 * apart, so the same size gives the same bytes.
 *
 *   gen_state MIB > large.tfstate
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PER_BLOCK = 5000, MIB = 1 << 20 };

static const char head[] =
    "{\n  \"version\": 4,\n  \"terraform_version\": \"1.9.8\",\n  \"serial\": 7,\n"
    "  \"lineage\": \"6f1f3b1e-1111-4222-8333-94445555aaaa\",\n  \"outputs\": {},\n"
    "  \"resources\": [\n";

static const char network[] =
    "    {\"mode\": \"managed\", \"type\": \"aws_subnet\", \"name\": \"main\", \"provider\":"
    " \"provider[\\\"registry.terraform.io/hashicorp/aws\\\"]\", \"instances\": [{\"attributes\":"
    " {\"id\": \"subnet-0\", \"arn\": \"arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-0\","
    " \"cidr_block\": \"10.0.0.0/8\"}}]}";

static int write_instance(uint64_t n, unsigned at) {
    return printf(
        "%s\n      {\"index_key\": %u, \"schema_version\": 1, \"attributes\": {"
        "\"id\": \"i-%017" PRIx64 "\", "
        "\"arn\": \"arn:aws:ec2:eu-west-1:123456789012:instance/i-%017" PRIx64 "\", "
        "\"ami\": \"ami-0abcdef1234567890\", \"instance_type\": \"m6i.%ularge\", "
        "\"availability_zone\": \"eu-west-1%c\", \"private_ip\": \"10.%u.%u.%u\", "
        "\"subnet_id\": \"subnet-0\", \"monitoring\": %s, \"ebs_optimized\": true, "
        "\"root_block_device\": [{\"volume_id\": \"vol-%017" PRIx64 "\", \"volume_size\": %u, "
        "\"volume_type\": \"gp3\", \"encrypted\": %s, \"iops\": 3000, \"throughput\": 125}], "
        "\"metadata_options\": [{\"http_endpoint\": \"enabled\", \"http_tokens\": \"required\", "
        "\"http_put_response_hop_limit\": 1}], \"user_data\": \"hidden-%" PRIu64 "\", "
        "\"tags\": {\"Name\": \"node-%" PRIu64 "\", \"env\": \"%s\", \"team\": \"team-%u\"}}, "
        "\"sensitive_attributes\": [[{\"type\": \"get_attr\", \"value\": \"user_data\"}]], "
        "\"dependencies\": [\"aws_subnet.main\"]}",
        at ? "," : "", at, n, n, (unsigned)(n % 8) + 1, (char)('a' + n % 3),
        (unsigned)(n >> 16 & 255), (unsigned)(n >> 8 & 255), (unsigned)(n & 255),
        n % 2 ? "true" : "false", n, (unsigned)(n % 500) + 8, n % 5 ? "true" : "false", n, n,
        n % 3 ? "prod" : "dev", (unsigned)(n % 120));
}

static uint64_t write_block(uint64_t block, uint64_t first) {
    uint64_t bytes = (uint64_t)printf(
        ",\n    {\"mode\": \"managed\", \"type\": \"aws_instance\", \"name\": \"pool_%" PRIu64
        "\", \"provider\": \"provider[\\\"registry.terraform.io/hashicorp/aws\\\"]\","
        " \"instances\": [",
        block);
    for (unsigned at = 0; at < PER_BLOCK; at++) {
        bytes += (uint64_t)write_instance(first + at, at);
    }
    return bytes + (uint64_t)printf("\n    ]}");
}

int main(int argc, char **argv) {
    uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 10) * MIB : 0;
    if (wanted == 0) {
        fprintf(stderr, "usage: gen_state MIB > large.tfstate\n");
        return 2;
    }
    uint64_t bytes = (uint64_t)printf("%s%s", head, network);
    uint64_t block = 0;
    while (bytes < wanted) {
        bytes += write_block(block, block * PER_BLOCK);
        block++;
    }
    printf("\n  ],\n  \"check_results\": null\n}\n");
    fprintf(stderr, "%" PRIu64 " instances\n", block * PER_BLOCK);
    return fflush(stdout) != 0 || ferror(stdout) ? 1 : 0;
}
