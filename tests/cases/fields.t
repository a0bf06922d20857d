Fields: each kind of value with the operators that it has.

=== the whole value, exact case
name=orders-db
--- plan
search
  name = "orders-db"

=== not the whole value
name!=orders-db
--- plan
search
  not
    name = "orders-db"

=== a glob under =
name=orders-*
--- plan
search
  name glob "orders-*"

=== a pattern
name~^orders
--- plan
search
  name regex "^orders"

=== a pattern that must not fit
name !~ /^orders/i
--- plan
search
  not
    name regex "^orders"i

=== a list of shapes
name:(a, "b c", /d/i, e*)
--- plan
search
  or
    name words "a"
    name whole "b c"
    name regex "d"i
    name glob "e*"

=== a list of words with commas
region:us-east-1,eu-west-1
--- plan
search
  region whole "us-east-1", "eu-west-1"

=== in
region in (us-east-1, eu-west-1)
--- plan
search
  region whole "us-east-1", "eu-west-1"

=== not in
region not in [us-east-1, "eu-west-1"]
--- plan
search
  not
    region whole "us-east-1", "eu-west-1"

=== existence by a star
managed_by:*
--- plan
search
  managed_by exists

=== field names ignore case
REGION:eu-west-1
--- plan
search
  region whole "eu-west-1"

=== a month
created:2025-03
--- plan
search
  created >= 2025-03-01T00:00:00Z < 2025-04-01T00:00:00Z

=== a year
created:2024
--- plan
search
  created >= 2024-01-01T00:00:00Z < 2025-01-01T00:00:00Z

=== today and before
created:today OR created:yesterday
--- plan
search
  or
    created >= 2025-03-15T00:00:00Z < 2025-03-16T00:00:00Z
    created >= 2025-03-14T00:00:00Z < 2025-03-15T00:00:00Z

=== rounded down
created:>=now-1d/d
--- plan
search
  created >= 2025-03-14T00:00:00Z

=== ago
seen:<ago(36h)
--- plan
search
  last_seen < 2025-03-14T00:00:00Z

=== a range of times
first_seen:2025-01-01..2025-02
--- plan
search
  first_seen >= 2025-01-01T00:00:00Z < 2025-03-01T00:00:00Z

=== an open range
modified:..2024-12-31
--- plan
search
  modified < 2025-01-01T00:00:00Z

=== an open range with a star
modified:[* to 2024-12-31]
--- plan
search
  modified < 2025-01-01T00:00:00Z

=== a span of ages
age:1d..7d
--- plan
search
  created >= 2025-03-08T12:00:00Z < 2025-03-14T12:00:00.001Z

=== younger
age<=12h
--- plan
search
  created >= 2025-03-15T00:00:00Z

=== calendar months
age>6mo
--- plan
search
  created < 2024-09-15T12:00:00Z

=== encrypted in three states
encrypted:true OR encrypted:false OR encrypted:unknown
--- plan
search
  or
    encrypted = true
    encrypted = false
    encrypted = unknown
flag encrypted is what each type's own properties say; unknown where no rule speaks of the type

=== known at all
encrypted:*
--- plan
search
  not
    encrypted = unknown
flag encrypted is what each type's own properties say; unknown where no rule speaks of the type

=== untagged
untagged:false
--- plan
search
  tag|label key exists, value exists
flag untagged is true: -label:
flag untagged is false: whatever is not true

=== managed
-managed:true
--- plan
search
  not
    managed_by exists
flag managed is true: managed_by:
flag managed is false: whatever is not true

=== is, several
is:(public, untagged)
--- plan
search
  or
    public = true
    not
      tag|label key exists, value exists
flag public is what each type's own properties say; unknown where no rule speaks of the type
flag untagged is true: -label:
flag untagged is false: whatever is not true

=== flags
flag:(tainted, deposed)
--- plan
search
  or
    flag = tainted
    flag = deposed

=== default
is:default
--- plan
search
  or
    .is_default = true
    .isDefault = true
    .IsDefault = true
    native_type glob "aws_default_*"
flag default is true: .is_default:true OR .isDefault:true OR .IsDefault:true OR native_type:aws_default_*
flag default is false: .is_default:false OR .isDefault:false OR .IsDefault:false

=== deleted ones
is:deleted
--- plan
search deleted too
  deleted exists

=== deleted lately
deleted:>now-7d
--- plan
search deleted too
  deleted >= 2025-03-08T12:00:00.001Z

=== deleted or not
deleted:any name:x
--- plan
search deleted too
  name words "x"

=== deleted ones by a star
deleted:*
--- plan
search deleted too
  deleted exists

=== an address
ip:10.20.1.7
--- plan
search
  ip inside 10.20.1.7

=== a network of IPv6
ip:2001:db8::/32
--- plan
search
  ip inside 2001:db8::/32

=== sizes
size:10..20GB kind:volume
--- plan
search
  and
    or
      and
        kind whole "volume"
        .size >= number 9.3132257461547852e-09 <= number 18.62645149230957
      and
        kind whole "snapshot"
        .volume_size >= number 9.3132257461547852e-09 <= number 18.62645149230957
      and
        kind whole "snapshot"
        .volumeSize >= number 9.3132257461547852e-09 <= number 18.62645149230957
      and
        kind whole "volume"
        .Size >= number 9.3132257461547852e-09 <= number 18.62645149230957
      and
        kind whole "database"
        .allocated_storage >= number 9.3132257461547852e-09 <= number 18.62645149230957
      and
        kind whole "database"
        .allocatedStorage >= number 9.3132257461547852e-09 <= number 18.62645149230957
      and
        kind whole "database"
        .AllocatedStorage >= number 9.3132257461547852e-09 <= number 18.62645149230957
      .disk_size_gb >= number 9.3132257461547852e-09 <= number 18.62645149230957
      .diskSizeGb >= number 9.3132257461547852e-09 <= number 18.62645149230957
      .diskSizeGB >= number 9.3132257461547852e-09 <= number 18.62645149230957
      .size_gb >= number 9.3132257461547852e-09 <= number 18.62645149230957
      .sizeGb >= number 9.3132257461547852e-09 <= number 18.62645149230957
      .storage_mb >= number 9.5367431640625e-06 <= number 19073.486328125
      .storageMb >= number 9.5367431640625e-06 <= number 19073.486328125
      .size_bytes >= number 10 <= number 20000000000
      .sizeBytes >= number 10 <= number 20000000000
    kind whole "volume"
note size is read from each type's own property, in its unit

=== owner by its tags
owner:alice
--- plan
search
  tag|label key whole "owner", "owned-by", "owned_by", "ownedby", "owner-email", "contact", value words "alice"

=== namespace
namespace:kube-system
--- plan
search
  .metadata.namespace whole "kube-system"

=== source is not
source!=terraform
--- plan
search
  not
    or
      source = "terraform"
      source_kind = "terraform"

=== text
text:"out of memory"
--- plan
search ranked
  text phrase "out of memory"

=== orphan
is:orphan
--- plan
search
  or
    and
      kind whole "volume"
      or
        .state whole "available", "released", "unattached"
        .instance_state whole "available", "released", "unattached"
        .instanceState whole "available", "released", "unattached"
        .status whole "available", "released", "unattached"
        .lifecycle_state whole "available", "released", "unattached"
        .lifecycleState whole "available", "released", "unattached"
        .State.Name whole "available", "released", "unattached"
        .status.phase whole "available", "released", "unattached"
        .provisioning_state whole "available", "released", "unattached"
        .provisioningState whole "available", "released", "unattached"
        .properties.provisioningState whole "available", "released", "unattached"
        .diskState words "Unattached"
        .properties.diskState words "Unattached"
    and
      kind whole "ip"
      or
        .state whole "reserved"
        .instance_state whole "reserved"
        .instanceState whole "reserved"
        .status whole "reserved"
        .lifecycle_state whole "reserved"
        .lifecycleState whole "reserved"
        .State.Name whole "reserved"
        .status.phase whole "reserved"
        .provisioning_state whole "reserved"
        .provisioningState whole "reserved"
        .properties.provisioningState whole "reserved"
        .association_id = ""
flag orphan is true: (kind:volume (state:(available, released, unattached) OR .diskState:Unattached OR .properties.diskState:Unattached)) OR (kind:ip (state:reserved OR .association_id=""))
flag orphan is false: (kind:volume (state:(in-use, in_use, attached, bound) OR .diskState:Attached OR .properties.diskState:Attached OR .users: OR has(<-[attached_to]->))) OR (kind:ip (state:(in_use, in-use) OR .association_id:?* OR .AssociationId: OR .ipConfiguration.id: OR .properties.ipConfiguration.id: OR .users: OR has(<-[attached_to]->))) OR (kind:snapshot has(<--> basis:any kind:volume))

=== drifted, known not to be
drifted:false
--- plan
search
  and
    not
      flag = drifted
    or
      .DriftStatus = "IN_SYNC"
      .StackResourceDriftStatus = "IN_SYNC"
      .DriftInformation.StackResourceDriftStatus = "IN_SYNC"
      .DriftInformation.StackDriftStatus = "IN_SYNC"
flag drifted is true: flag:drifted
flag drifted is false: .DriftStatus=IN_SYNC OR .StackResourceDriftStatus=IN_SYNC OR .DriftInformation.StackResourceDriftStatus=IN_SYNC OR .DriftInformation.StackDriftStatus=IN_SYNC

=== at is for later
at:now-1d
--- error unsupported
at:now-1d
^^^^^^^^^
the field ‘at’ is not part of this version yet (column 1); meanwhile created:, first_seen: and deleted: test times

=== drifted, not known
drifted:unknown
--- plan
search
  not
    or
      flag = drifted
      .DriftStatus = "IN_SYNC"
      .StackResourceDriftStatus = "IN_SYNC"
      .DriftInformation.StackResourceDriftStatus = "IN_SYNC"
      .DriftInformation.StackDriftStatus = "IN_SYNC"
flag drifted is true: flag:drifted
flag drifted is false: .DriftStatus=IN_SYNC OR .StackResourceDriftStatus=IN_SYNC OR .DriftInformation.StackResourceDriftStatus=IN_SYNC OR .DriftInformation.StackDriftStatus=IN_SYNC

=== idle
is:idle
--- plan
search
  or
    and
      kind whole "instance"
      or
        .state whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .instance_state whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .instanceState whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .status whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .lifecycle_state whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .lifecycleState whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .State.Name whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .status.phase whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .provisioning_state whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .provisioningState whole "stopped", "stopping", "terminated", "suspended", "deallocated"
        .properties.provisioningState whole "stopped", "stopping", "terminated", "suspended", "deallocated"
    and
      kind whole "workload"
      .spec.replicas = number 0
flag idle is true: (kind:instance state:(stopped, stopping, terminated, suspended, deallocated)) OR (kind:workload .spec.replicas=0)
flag idle is false: never, nothing can say so

=== idle is never known to be false
idle:false
--- plan
search
  nothing
flag idle is true: (kind:instance state:(stopped, stopping, terminated, suspended, deallocated)) OR (kind:workload .spec.replicas=0)
flag idle is false: never, nothing can say so

=== idle, not known
-idle:
--- plan
search
  not
    or
      and
        kind whole "instance"
        or
          .state whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .instance_state whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .instanceState whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .status whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .lifecycle_state whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .lifecycleState whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .State.Name whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .status.phase whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .provisioning_state whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .provisioningState whole "stopped", "stopping", "terminated", "suspended", "deallocated"
          .properties.provisioningState whole "stopped", "stopping", "terminated", "suspended", "deallocated"
      and
        kind whole "workload"
        .spec.replicas = number 0
flag idle is true: (kind:instance state:(stopped, stopping, terminated, suspended, deallocated)) OR (kind:workload .spec.replicas=0)
flag idle is false: never, nothing can say so

=== stale
kind:bucket is:stale
--- plan
search
  and
    kind whole "bucket"
    last_seen < 2025-03-12T12:00:00Z
flag stale is true: last_seen:<now-3d
flag stale is false: whatever is not true

=== not stale
stale:false
--- plan
search
  not
    last_seen < 2025-03-12T12:00:00Z
flag stale is true: last_seen:<now-3d
flag stale is false: whatever is not true

=== always known
untagged:unknown
--- plan
search
  nothing
flag untagged is true: -label:
flag untagged is false: whatever is not true

=== an address that nothing uses, said as false
orphan:false kind:ip
--- plan
search
  and
    not
      or
        and
          kind whole "volume"
          or
            .state whole "available", "released", "unattached"
            .instance_state whole "available", "released", "unattached"
            .instanceState whole "available", "released", "unattached"
            .status whole "available", "released", "unattached"
            .lifecycle_state whole "available", "released", "unattached"
            .lifecycleState whole "available", "released", "unattached"
            .State.Name whole "available", "released", "unattached"
            .status.phase whole "available", "released", "unattached"
            .provisioning_state whole "available", "released", "unattached"
            .provisioningState whole "available", "released", "unattached"
            .properties.provisioningState whole "available", "released", "unattached"
            .diskState words "Unattached"
            .properties.diskState words "Unattached"
        and
          kind whole "ip"
          or
            .state whole "reserved"
            .instance_state whole "reserved"
            .instanceState whole "reserved"
            .status whole "reserved"
            .lifecycle_state whole "reserved"
            .lifecycleState whole "reserved"
            .State.Name whole "reserved"
            .status.phase whole "reserved"
            .provisioning_state whole "reserved"
            .provisioningState whole "reserved"
            .properties.provisioningState whole "reserved"
            .association_id = ""
    or
      and
        kind whole "volume"
        or
          .state whole "in-use", "in_use", "attached", "bound"
          .instance_state whole "in-use", "in_use", "attached", "bound"
          .instanceState whole "in-use", "in_use", "attached", "bound"
          .status whole "in-use", "in_use", "attached", "bound"
          .lifecycle_state whole "in-use", "in_use", "attached", "bound"
          .lifecycleState whole "in-use", "in_use", "attached", "bound"
          .State.Name whole "in-use", "in_use", "attached", "bound"
          .status.phase whole "in-use", "in_use", "attached", "bound"
          .provisioning_state whole "in-use", "in_use", "attached", "bound"
          .provisioningState whole "in-use", "in_use", "attached", "bound"
          .properties.provisioningState whole "in-use", "in_use", "attached", "bound"
          .diskState words "Attached"
          .properties.diskState words "Attached"
          .users exists
          has: both attached_to 1..1
            everything
      and
        kind whole "ip"
        or
          .state whole "in_use", "in-use"
          .instance_state whole "in_use", "in-use"
          .instanceState whole "in_use", "in-use"
          .status whole "in_use", "in-use"
          .lifecycle_state whole "in_use", "in-use"
          .lifecycleState whole "in_use", "in-use"
          .State.Name whole "in_use", "in-use"
          .status.phase whole "in_use", "in-use"
          .provisioning_state whole "in_use", "in-use"
          .provisioningState whole "in_use", "in-use"
          .properties.provisioningState whole "in_use", "in-use"
          .association_id glob "?*"
          .AssociationId exists
          .ipConfiguration.id exists
          .properties.ipConfiguration.id exists
          .users exists
          has: both attached_to 1..1
            everything
      and
        kind whole "snapshot"
        has: both 1..1
          kind whole "volume"
    kind whole "ip"
flag orphan is true: (kind:volume (state:(available, released, unattached) OR .diskState:Unattached OR .properties.diskState:Unattached)) OR (kind:ip (state:reserved OR .association_id=""))
flag orphan is false: (kind:volume (state:(in-use, in_use, attached, bound) OR .diskState:Attached OR .properties.diskState:Attached OR .users: OR has(<-[attached_to]->))) OR (kind:ip (state:(in_use, in-use) OR .association_id:?* OR .AssociationId: OR .ipConfiguration.id: OR .properties.ipConfiguration.id: OR .users: OR has(<-[attached_to]->))) OR (kind:snapshot has(<--> basis:any kind:volume))

=== default, said as false
default:false
--- plan
search
  and
    not
      or
        .is_default = true
        .isDefault = true
        .IsDefault = true
        native_type glob "aws_default_*"
    or
      .is_default = false
      .isDefault = false
      .IsDefault = false
flag default is true: .is_default:true OR .isDefault:true OR .IsDefault:true OR native_type:aws_default_*
flag default is false: .is_default:false OR .isDefault:false OR .IsDefault:false
