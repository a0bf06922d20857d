Queries of Pulumi's resource search (pulumi.com/docs, "Resource search", query syntax), meaning the same here.

=== all terms
foo bar
--- plan
search ranked
  and
    text word "foo"
    text word "bar"

=== a field
name:production
--- plan
search
  name words "production"

=== a day
created:2023-03-31
--- plan
search
  created >= 2023-03-31T00:00:00Z < 2023-04-01T00:00:00Z

=== an instant
created:2023-03-31T01:02:03.456
--- plan
search
  created >= 2023-03-31T01:02:03.456Z < 2023-03-31T01:02:03.457Z

=== both ends are inside
created:[2023-01-01 to 2023-03-31]
--- plan
search
  created >= 2023-01-01T00:00:00Z < 2023-04-01T00:00:00Z

=== one-sided
modified:>=2023-01-01
--- plan
search
  modified >= 2023-01-01T00:00:00Z

=== after that day
created:>2024-01-01
--- plan
search
  created >= 2024-01-02T00:00:00Z

=== custom resources
custom:true
--- plan
search
  not
    flag = component

=== components
custom:false
--- plan
search
  flag = component

=== to be deleted
delete:true
--- plan
search
  flag = delete

=== a dependency
dependency:access-logs
--- plan
search
  has: out depends_on 1..1
    or
      name words "access-logs"
      id words "access-logs"
      address words "access-logs"

=== a physical name
id:my-bucket-d7c2fa0
--- plan
search
  id words "my-bucket-d7c2fa0"

=== a package
package:aws-native
--- plan
search
  or
    provider whole "aws-native"
    native_type glob "aws-native:*"

=== a module
module:s3/bucket
--- plan
search
  native_type words "s3/bucket"

=== a parent
parent.urn:app-production
--- plan
search
  has: out parent 1..1
    or
      name words "app-production"
      id words "app-production"
      address words "app-production"

=== a parent, spelled in one word
parentUrn:app-production
--- plan
search
  has: out parent 1..1
    or
      name words "app-production"
      id words "app-production"
      address words "app-production"

=== a parent, with an underscore
parent_urn:app-production
--- plan
search
  has: out parent 1..1
    or
      name words "app-production"
      id words "app-production"
      address words "app-production"

=== pending
pending:*
--- plan
search
  flag = pending

=== pending in one way
pending:creating
--- error unsupported
pending:creating
        ^^^^^^^^
which operation is pending is not recorded (column 9); pending:true finds all of them

=== a project
project:my-cool-repo
--- plan
search
  project words "my-cool-repo"

=== protected
protected:true
--- plan
search
  flag = protected

=== a provider
provider.urn:aws::default_5_21_1
--- plan
search
  has: out provided_by 1..1
    or
      name words "aws::default_5_21_1"
      id words "aws::default_5_21_1"
      address words "aws::default_5_21_1"

=== a type by its last part
type:LogGroup
--- plan
search
  type words "LogGroup"

=== a type with its colons
type:aws:cloudwatch/logGroup:LogGroup
--- plan
search
  type words "aws:cloudwatch/logGroup:LogGroup"

=== a URN by a part
urn:my-log-group
--- plan
search
  address words "my-log-group"

=== a whole URN
urn:pulumi:dev::app::aws:s3/bucket:Bucket::logs
--- plan
search ranked
  text word "urn:pulumi:dev::app::aws:s3/bucket:Bucket::logs"

=== a version
package:awsx version:<2.0
--- plan
search
  and
    or
      provider whole "awsx"
      native_type glob "awsx:*"
    version < "2.0"

=== quotes are exact
stack:"my-cool-stack"
--- plan
search
  stack whole "my-cool-stack"

=== four ways to say no
-name:foo name:-foo -name:"foo" name:-"foo"
--- plan
search
  and
    not
      name words "foo"
    not
      name words "foo"
    not
      name whole "foo"
    not
      name whole "foo"

=== no phrase
-"foo bar"
--- plan
search
  not
    text phrase "foo bar"

=== and binds tighter
foo bar OR baz
--- plan
search
  or
    and
      text word "foo"
      text word "bar"
    text word "baz"
note AND binds more tightly than OR; read as (foo bar) OR baz

=== groups
"S3-bucket" -(stack:prod OR stack:dev) -project:sandbox
--- plan
search ranked
  and
    text phrase "S3-bucket"
    not
      or
        stack words "prod"
        stack words "dev"
    not
      project words "sandbox"

=== a property
.instanceType:t3.large
--- plan
search
  .instanceType words "t3.large"

=== a property, exactly
.instanceType:"t3.large"
--- plan
search
  .instanceType whole "t3.large"

=== a key with spaces
.tags["name containing spaces"]:value
--- plan
search
  .tags."name containing spaces" words "value"

=== through arrays
.foo[*].bar:baz
--- plan
search
  .foo[*].bar words "baz"

=== through arrays, unsaid
.foo.bar:baz
--- plan
search
  .foo.bar words "baz"

=== existence
team:
--- plan
search
  tag|label key whole "team", "team-name", "team_name", "squad", value exists

=== existence and none of it
.tags: -.tags.stack:
--- plan
search
  and
    .tags exists
    not
      .tags.stack exists

=== none, as Lucene says it
NOT _exists_:tags
--- plan
search
  not
    tag key exists, value exists

=== how many dependencies
dependency_count:>3
--- plan
search
  count > number 3: out depends_on 1..1
    everything
