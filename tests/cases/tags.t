Tags, labels and annotations.

=== a value, any case
tag.env:prod
--- plan
search
  tag key = "env", value whole "prod"

=== exactly
tag.env=Prod
--- plan
search
  tag key = "env", value = "Prod"

=== not
tag.env!=prod
--- plan
search
  not
    tag key = "env", value = "prod"

=== glob
tags.env:prod-*
--- plan
search
  tag key = "env", value glob "prod-*"

=== regex
tag.env:/^p/
--- plan
search
  tag key = "env", value regex "^p"

=== list
tag.env:(prod, stage)
--- plan
search
  tag key = "env", value whole "prod", "stage"

=== exists
tag.owner:
--- plan
search
  tag key = "owner", value exists

=== a key with a slash and dots
label.app.kubernetes.io/name:checkout
--- plan
search
  tag|label key = "app.kubernetes.io/name", value whole "checkout"

=== a key with a colon
tag."aws:createdBy":alice
--- plan
search
  tag key = "aws:createdBy", value whole "alice"

=== a key with a space
tag["a b"]:x
--- plan
search
  tag key = "a b", value whole "x"

=== a key that is called key
tag."key":x
--- plan
search
  tag key = "key", value whole "x"

=== annotation
annotation.checksum/config:*
--- plan
search
  annotation key = "checksum/config", value exists

=== no tags
tag:none
--- plan
search
  not
    tag key exists, value exists

=== any tag
tag:all
--- plan
search
  tag key exists, value exists

=== pair
tag:env=prod,stage
--- plan
search
  tag key = "env", value whole "prod", "stage"

=== pair with quotes
tag:"a b"="c d"
--- plan
search
  tag key = "a b", value whole "c d"

=== key or value
tag:prod
--- plan
search
  or
    tag key whole "prod", value exists
    tag key exists, value whole "prod"

=== keys by glob
tag.key:own*
--- plan
search
  tag key glob "own*", value exists

=== any value
tag.value:alice
--- plan
search
  tag key exists, value whole "alice"

=== numbers compare
tag.cost-center>100
--- plan
search
  tag key = "cost-center", value > number 100

=== in
label.tier in (web, "back end")
--- plan
search
  tag|label key = "tier", value whole "web", "back end"
