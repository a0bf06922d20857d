Relations: arrows, depth, basis, counting, and stages that move along them.

=== direct
has(--> kind:volume)
--- plan
search
  has: out 1..1 declared
    kind whole "volume"

=== nothing points here
no(<--)
--- plan
search
  not
    has: in 1..1 declared
      everything

=== both ways
has(<--> name:db)
--- plan
search
  has: both 1..1 declared
    name words "db"

=== types
has(-[depends_on,uses]-> kind:secret)
--- plan
search
  has: out depends_on,uses 1..1
    kind whole "secret"

=== the other name of a type turns the arrow
has(-[dependents]-> kind:instance)
--- plan
search
  has: in depends_on 1..1
    kind whole "instance"

=== depth
has(<-[parent*2..]-)
--- plan
search
  has: in parent 2..8
    everything

=== exact depth
has(-[parent*3]->)
--- plan
search
  has: out parent 3..3
    everything

=== up to
has(-[parent*..4]->)
--- plan
search
  has: out parent 1..4
    everything

=== any depth
has(-[*]-> kind:network)
--- plan
search
  has: out 1..8 declared
    kind whole "network"

=== two hops
has(-[targets]-> <-[attached_to]- kind:volume)
--- plan
search
  has: out targets 1..1 in attached_to 1..1
    kind whole "volume"

=== inferred ones
has(--> basis:inferred kind:key)
--- plan
search
  has: out 1..1 inferred
    kind whole "key"

=== any basis
no(--> basis:any)
--- plan
search
  not
    has: out 1..1
      everything

=== count
count(-[attached_to]->)>=3
--- plan
search
  count >= number 3: out attached_to 1..1
    everything

=== count is not
count(<-[parent]- type:bucket)!=1
--- plan
search
  not
    count = number 1: in parent 1..1
      type words "bucket"

=== in a relation in a relation
has(--> kind:subnet has(--> name:main))
--- plan
search
  has: out 1..1 declared
    and
      kind whole "subnet"
      has: out 1..1 declared
        name words "main"

=== deleted ones are reached when named
has(--> is:deleted)
--- plan
search
  has: out 1..1 declared deleted too
    deleted exists

=== a stage
name=db | <-[depends_on*0..4]- as dependents kind:instance | count by type
--- plan
search
  name = "db"
| hop in depends_on 0..4 as dependents
  kind whole "instance"
| count
  field type as type

=== a stage without the bar
name=db --> kind:volume
--- plan
search
  name = "db"
| hop out 1..1 declared
  kind whole "volume"
