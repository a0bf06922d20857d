Queries that people really type, each with what it means. A case is a title after ===, the query,
and sections after ---: plan (query/plan.h as text) or error (its code, then the text drawn with
carets). "Now" is 2025-03-15T12:00:00Z.

=== 1: anything about payments and prod, best match first
payments prod
--- plan
search ranked
  and
    text word "payments"
    text word "prod"

=== 2: whatever has this address anywhere
10.68.19.32
--- plan
search ranked
  text word "10.68.19.32"

=== 3: the thing with this id, and what mentions it
arn:aws:s3:::acme-logs
--- plan
search ranked
  text word "arn:aws:s3:::acme-logs"

=== 4: log groups whose text has these words close together
"out of memory"~5 type:log_group
--- plan
search ranked
  and
    text near "out of memory" within 5
    type words "log_group"

=== 5: instance ids starting so, in one region
i-0fabc* region:us-east-1
--- plan
search ranked
  and
    text prefix "i-0fabc"
    region whole "us-east-1"

=== 6: buckets known to be unencrypted (any cloud)
type:bucket encrypted:false
--- plan
search
  and
    type words "bucket"
    encrypted = false
flag encrypted is what each type's own properties say; unknown where no rule speaks of the type

=== 7: unattached disks older than a month
kind:volume state:available age>30d
--- plan
search
  and
    kind whole "volume"
    or
      .state whole "available"
      .instance_state whole "available"
      .instanceState whole "available"
      .status whole "available"
      .lifecycle_state whole "available"
      .lifecycleState whole "available"
      .State.Name whole "available"
      .status.phase whole "available"
      .provisioning_state whole "available"
      .provisioningState whole "available"
      .properties.provisioningState whole "available"
    created < 2025-02-13T12:00:00Z

=== 8: EU production machines in two clouds
kind:instance provider:(aws, gcp) region:eu-* tag.env:prod
--- plan
search
  and
    kind whole "instance"
    provider whole "aws", "gcp"
    region glob "eu-*"
    tag key = "env", value whole "prod"

=== 9: such resources with no owner tag
-tag.owner: kind:(instance OR database OR bucket)
--- plan
search
  and
    not
      tag key = "owner", value exists
    kind whole "instance", "database", "bucket"

=== 10: Resource-Explorer style: env is prod and an owner tag exists
tag:env=prod tag.key:owner
--- plan
search
  and
    tag key = "env", value whole "prod"
    tag key whole "owner", value exists

=== 11: Kubernetes objects of one app
label.app.kubernetes.io/name:checkout namespace:prod
--- plan
search
  and
    tag|label key = "app.kubernetes.io/name", value whole "checkout"
    .metadata.namespace whole "prod"

=== 12: anything made by a stack
tag."aws:cloudformation:stack-name":*
--- plan
search
  tag key = "aws:cloudformation:stack-name", value exists

=== 13: burstable machines
.instanceType:t3.* kind:instance
--- plan
search
  and
    .instanceType glob "t3.*"
    kind whole "instance"

=== 14: unencrypted databases by raw property
.storageEncrypted=false type:aws_rds_instance
--- plan
search
  and
    .storageEncrypted = false
    type words "aws_rds_instance"

=== 15: one single rule opens SSH to the world
type:security_group .ingress[*]{ (protocol:-1 OR fromPort<=22 AND toPort>=22) AND cidr:0.0.0.0/0 }
--- plan
search
  and
    type words "security_group"
    one of .ingress[*]
      and
        or
          .protocol = number -1
          and
            .fromPort <= number 22
            .toPort >= number 22
        .cidr words "0.0.0.0/0"
note AND binds more tightly than OR; read as protocol:-1 OR (fromPort<=22 AND toPort>=22)

=== 16: listeners whose every certificate is issued
type:listener all .certificates[*].status = ISSUED
--- plan
search
  and
    type words "listener"
    all of .certificates[*]
      .status = "ISSUED"

=== 17: anything using a legacy key, wherever the property sits
.**.kmsKeyId:/alias\/legacy-.*/
--- plan
search
  .**.kmsKeyId regex "alias\\/legacy-.*"

=== 18: machines with more than four disks
len(.disks)>4 kind:instance
--- plan
search
  and
    len .disks > number 4
    kind whole "instance"

=== 19: addresses inside a network
ip:10.20.0.0/16
--- plan
search
  ip inside 10.20.0.0/16

=== 20: names by pattern
name:/^prod-(api|web)-\d+$/i
--- plan
search
  name regex "^prod-(api|web)-\\d+$"i

=== 21: made this week by hand
created:>now-7d -managed_by:*
--- plan
search
  and
    created >= 2025-03-08T12:00:00.001Z
    not
      managed_by exists

=== 22: changed in a quarter in one stack
modified:[2025-01-01 to 2025-03-31] stack:network
--- plan
search
  and
    modified >= 2025-01-01T00:00:00Z < 2025-04-01T00:00:00Z
    stack words "network"

=== 23: big and expensive disks
size:>=100GiB kind:volume cost.month>$20
--- plan
search
  and
    or
      and
        kind whole "volume"
        .size >= number 100
      and
        kind whole "snapshot"
        .volume_size >= number 100
      and
        kind whole "snapshot"
        .volumeSize >= number 100
      and
        kind whole "volume"
        .Size >= number 100
      and
        kind whole "database"
        .allocated_storage >= number 100
      and
        kind whole "database"
        .allocatedStorage >= number 100
      and
        kind whole "database"
        .AllocatedStorage >= number 100
      .disk_size_gb >= number 100
      .diskSizeGb >= number 100
      .diskSizeGB >= number 100
      .size_gb >= number 100
      .sizeGb >= number 100
      .storage_mb >= number 102400
      .storageMb >= number 102400
      .size_bytes >= number 107374182400
      .sizeBytes >= number 107374182400
    kind whole "volume"
    cost.month > number 20 USD
note size is read from each type's own property, in its unit

=== 24: untagged and costing 100–500 a month
is:untagged cost.month:100..500
--- plan
search
  and
    not
      tag|label key exists, value exists
    cost.month >= number 100 <= number 500
flag untagged is true: -label:
flag untagged is false: whatever is not true

=== 25: old snapshots whose disk is gone
kind:snapshot age>1y no(<-- kind:volume)
--- plan
search
  and
    kind whole "snapshot"
    created < 2024-03-15T12:00:00Z
    not
      has: in 1..1 declared
        kind whole "volume"

=== 26: load balancers with nothing running behind
kind:load_balancer no(-[targets*1..3]-> kind:instance state:running)
--- plan
search
  and
    kind whole "load_balancer"
    not
      has: out targets 1..3
        and
          kind whole "instance"
          or
            .state whole "running"
            .instance_state whole "running"
            .instanceState whole "running"
            .status whole "running"
            .lifecycle_state whole "running"
            .lifecycleState whole "running"
            .State.Name whole "running"
            .status.phase whole "running"
            .provisioning_state whole "running"
            .provisioningState whole "running"
            .properties.provisioningState whole "running"

=== 27: machines with more than five disks, by relation
kind:instance count(-[attached_to]-> kind:volume)>5
--- plan
search
  and
    kind whole "instance"
    count > number 5: out attached_to 1..1
      kind whole "volume"

=== 28: everything that would break with orders-db
name=orders-db <-[depends_on*1..6]-
--- plan
search
  name = "orders-db"
| hop in depends_on 1..6
  everything

=== 29: the same as a graph picture
name=orders-db | <-[depends_on*0..4]- as dependents | as dot
--- error unsupported
name=orders-db | <-[depends_on*0..4]- as dependents | as dot
                                                         ^^^
the format ‘dot’ is not part of this version yet (column 58); meanwhile table, csv, json, ndjson and yaml work

=== 30: shortest way from roles to personal data
kind:role | path to (kind:bucket tag.data-class:pii) via can_access, assumes max 6
--- error unsupported
kind:role | path to (kind:bucket tag.data-class:pii) via can_access, ass
            ^^^^
the stage ‘path’ is not part of this version yet (column 13); meanwhile `-[type*1..6]->` follows relations

=== 31: inventory by type
type:aws_* | count by type
--- plan
search
  type glob "aws_*"
| count
  field type as type

=== 32: side-bar counts in one call
kind:instance | facet region, state, tag.env top 10
--- plan
search
  kind whole "instance"
| facet 10
  field region as region
  field state as state
  tag "env" as tag.env

=== 33: where the running cores and money are
kind:instance state:running | summarize n=count(), cores=sum(.cpu), cost=sum(cost.month) by account, region | sort by cost desc | limit 20
--- plan
search
  and
    kind whole "instance"
    or
      .state whole "running"
      .instance_state whole "running"
      .instanceState whole "running"
      .status whole "running"
      .lifecycle_state whole "running"
      .lifecycleState whole "running"
      .State.Name whole "running"
      .status.phase whole "running"
      .provisioning_state whole "running"
      .provisioningState whole "running"
      .properties.provisioningState whole "running"
| summarize
  field account as account
  field region as region
  count as n
  sum of .cpu as cores
  sum of field cost cost.month as cost
| sort
  column 4 as cost desc
| limit 20

=== 34: storage by cloud and encryption
kind:volume | summarize n=count(), gb=sum(size/1GiB) by provider, encrypted=.encrypted
--- plan
search
  kind whole "volume"
| summarize
  field provider as provider
  .encrypted as encrypted
  count as n
  sum of (size / number 1073741824) as gb

=== 35: one team's bill by service
tag.team:payments | cost by month last 6mo | summarize spend=sum(amount) by month, service | as chart stacked
--- plan
search
  tag key = "team", value whole "payments"
| cost
  effective from 2024-09-01T00:00:00Z
  column month
  column service
  column currency
  column amount
  column lines
  in one currency
| summarize
  column 0 as month
  column 1 as service
  sum of column 3 as spend
| as chart

=== 36: top accounts in January
provider:aws | cost amortized by day since 2025-01-01 until 2025-02-01 | summarize spend=sum(amount) by account | top 10 by spend desc
--- plan
search
  provider whole "aws"
| cost
  effective from 2025-01-01T00:00:00Z until 2025-02-01T00:00:00Z
  column day
  column account
  column currency
  column amount
  column lines
  in one currency
| summarize
  column 1 as account
  sum of column 3 as spend
| top 10
  column 1 as spend desc

=== 37: how many a week ago
kind:instance at:now-7d | count
--- error unsupported
kind:instance at:now-7d | count
              ^^^^^^^^^
the field ‘at’ is not part of this version yet (column 15); meanwhile created:, first_seen: and deleted: test times

=== 38: databases added, removed, changed since yesterday
kind:database | diff now-1d
--- error unsupported
kind:database | diff now-1d
                ^^^^
the stage ‘diff’ is not part of this version yet (column 17); meanwhile `first_seen:` and `deleted:` find what came and went

=== 39: firewall edits today
type:security_group | changes last 24h | where path:ingress*
--- error unsupported
type:security_group | changes last 24h | where path:ingress*
                      ^^^^^^^
the stage ‘changes’ is not part of this version yet (column 23); meanwhile `modified:` finds what its source says was changed

=== 40: versions of one thing
name=orders-db | history last 30d
--- error unsupported
name=orders-db | history last 30d
                 ^^^^^^^
the stage ‘history’ is not part of this version yet (column 18); meanwhile the command `infradex history ID` shows the versions of one

=== 41: in state but not seen in the cloud (`meta.freshness` says whether that scope was complete)
source:(terraform, opentofu) -source:live
--- plan
search
  and
    or
      source whole "terraform", "opentofu"
      source_kind whole "terraform", "opentofu"
    not
      or
        source whole "live"
        source_kind whole "live", "aws", "azure", "gcp"

=== 42: click-ops per account
source:live -managed_by:* created:>now-30d | count by account
--- plan
search
  and
    or
      source whole "live"
      source_kind whole "live", "aws", "azure", "gcp"
    not
      managed_by exists
    created >= 2025-02-13T12:00:00.001Z
| count
  field account as account

=== 43: what differs from code
is:drifted stack:network | project name, .drift.path, .drift.want, .drift.have
--- plan
search
  and
    flag = drifted
    stack words "network"
| project
  field name as name
  .drift.path as .drift.path
  .drift.want as .drift.want
  .drift.have as .drift.have
flag drifted is true: flag:drifted
flag drifted is false: .DriftStatus=IN_SYNC OR .StackResourceDriftStatus=IN_SYNC OR .DriftInformation.StackResourceDriftStatus=IN_SYNC OR .DriftInformation.StackDriftStatus=IN_SYNC

=== 44: collectors that stopped reporting
seen:<now-3d -deleted:* | count by account, source
--- plan
search deleted too
  and
    last_seen < 2025-03-12T12:00:00Z
    not
      deleted exists
| count
  field account as account
  field source as source

=== 45: certificates about to expire
kind:certificate .notAfter:<now+30d
--- plan
search
  and
    kind whole "certificate"
    .notAfter < 2025-04-14T12:00:00Z

=== 46: workloads on :latest
provider:kubernetes kind:workload .spec.template.spec.containers[*]{ image:*:latest }
--- plan
search
  and
    provider whole "kubernetes"
    kind whole "workload"
    one of .spec.template.spec.containers[*]
      .image glob "*:latest"

=== 47: workloads no service selects
provider:kubernetes kind:workload no(<-[selects]- kind:service)
--- plan
search
  and
    provider whole "kubernetes"
    kind whole "workload"
    not
      has: in selects 1..1
        kind whole "service"

=== 48: machines on old images
kind:instance | join left (kind:image | project id, image_age=age) on .imageId == id | where image_age > 180d
--- error unsupported
kind:instance | join left (kind:image | project id, image_age=age) on .image
                ^^^^
the stage ‘join’ is not part of this version yet (column 17); meanwhile `has(-[type]-> ...)` tests what a resource is related to

=== 49: open rules as rows
type:security_group | unnest .ingress[*] as rule | where rule.cidr:0.0.0.0/0 | project name, rule.fromPort, rule.toPort
--- error unsupported
type:security_group | unnest .ingress[*] as rule | where rule.cidr:0.0.0.0/0 | pro
                      ^^^^^^
the stage ‘unnest’ is not part of this version yet (column 23); meanwhile `.path[*]{ ... }` tests one element, `project .path` shows them all

=== 50: audit failures by account
check:s3-public finding:fail severity:(high, critical) | count by account
--- error unsupported
check:s3-public finding:fail severity:(high, critical) | cou
^^^^^^^^^^^^^^^
the field ‘check’ is not part of this version yet (column 1); this version has no rules

=== 51: CI gate: exit 6 if any
kind:bucket is:public | assert none
--- error unsupported
kind:bucket is:public | assert none
                        ^^^^^^
the stage ‘assert’ is not part of this version yet (column 25); meanwhile `infradex search --exit-status` tells when nothing matched

=== 52: one line per old key for a chat message
kind:access_key age>90d | format "{account} {owner} {name}"
--- error unsupported
kind:access_key age>90d | format "{account} {owner} {name}"
                          ^^^^^^
the stage ‘format’ is not part of this version yet (column 27); meanwhile `project` chooses columns and `as csv` writes them
