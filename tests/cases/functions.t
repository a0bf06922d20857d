Functions: expressions on both sides, and tests that stand alone.

=== arithmetic behind a function
round(.cpu * 2) + 1 > 3
--- plan
search
  (round((.cpu * number 2)) + number 1) > number 3

=== arithmetic without spaces
len(.disks)*2-1>=7
--- plan
search
  ((len(.disks) * number 2) - number 1) >= number 7

=== precedence and parentheses
abs(.a - (2 + 3) * 4) = 0
--- plan
search
  abs((.a - ((number 2 + number 3) * number 4))) = number 0

=== remainder
round(.n % 10)=3
--- plan
search
  round((.n % number 10)) = number 3

=== a minus with a space before and none after begins a term
len(.disks)>4 -tag.owner:
--- plan
search
  and
    len .disks > number 4
    not
      tag key = "owner", value exists

=== so does a star
len(.disks)>4 *web
--- plan
search
  and
    len .disks > number 4
    text glob "*web"

=== and an arrow
len(.disks)>4 --> kind:volume
--- plan
search
  len .disks > number 4
| hop out 1..1 declared
  kind whole "volume"

=== both sides are expressions
len(.a) > len(.b) + 1
--- plan
search
  len(.a) > (len(.b) + number 1)

=== rounding to digits
round(.price, 2) = 0.13
--- plan
search
  round(.price, number 2) = number 0.13

=== the first that exists
coalesce(.cpu, .cores, 1) >= 8
--- plan
search
  coalesce(.cpu, .cores, number 1) >= number 8

=== a unit of bytes
round(.bytes / 1GiB) > 100
--- plan
search
  round((.bytes / number 1073741824)) > number 100

=== a unit of time
abs(now - .notAfter) < 30d
--- plan
search
  abs((2025-03-15T12:00:00Z - .notAfter)) < number 2592000000 ms

=== an age in days
round(age / 1d) = 30
--- plan
search
  round(((2025-03-15T12:00:00Z - created) / number 86400000 ms)) = number 30

=== the month of a field
month(created)=2025-03
--- plan
search
  month(created) = 2025-03-01T00:00:00Z

=== the day of a property
day(.at) >= 2025-03-04
--- plan
search
  day(.at) >= 2025-03-04T00:00:00Z

=== a moment that moves
day(created) = today
--- plan
search
  day(created) = 2025-03-15T00:00:00Z

=== time of a field later than of another
day(modified) > created + 30d
--- plan
search
  day(modified) > (created + number 2592000000 ms)

=== any case
lower(name)=web
--- plan
search
  lower(name) = "web"

=== any case of a tag and of a field
lower(tag.env) = lower(.env)
--- plan
search
  lower(tag "env") = lower(.env)

=== replacing
replace(.image, "docker.io/", "") = "nginx:latest"
--- plan
search
  replace(.image, "docker.io/", "") = "nginx:latest"

=== a test by itself
contains(.name, "web")
--- plan
search
  contains(.name, "web") = true

=== a test by itself, and a negation behind it
contains(.name, "web") -tag.owner:
--- plan
search
  and
    contains(.name, "web") = true
    not
      tag key = "owner", value exists

=== a test by itself, negated
-startswith(name, "prod-")
--- plan
search
  not
    startswith(name, "prod-") = true

=== a test compared with true
endswith(name, ".internal") = false
--- plan
search
  endswith(name, ".internal") = false

=== two tests
NOT contains(.a, "x") OR endswith(.a, .b)
--- plan
search
  or
    not
      contains(.a, "x") = true
    endswith(.a, .b) = true

=== versions
semver(.version) >= 1.24.0
--- plan
search
  semver(.version) >= "1.24.0"

=== versions before a release
semver(.version)<2.0.0-rc.1
--- plan
search
  semver(.version) < "2.0.0-rc.1"

=== a version in quotes with a v
semver(tag.version) = "v1.2.3"
--- plan
search
  semver(tag "version") = "v1.2.3"

=== an address in a network
cidr_contains("10.0.0.0/8", .address)
--- plan
search
  cidr_contains("10.0.0.0/8", .address) = true

=== a network that a property holds
cidr_contains(.cidr, "10.1.2.3") kind:subnet
--- plan
search
  and
    cidr_contains(.cidr, "10.1.2.3") = true
    kind whole "subnet"

=== in an element
.rules[*]{ round(toPort - fromPort) > 100 }
--- plan
search
  one of .rules[*]
    round((.toPort - .fromPort)) > number 100

=== in an element, by itself
.rules[*]{ contains(description, "ssh") AND cidr:0.0.0.0/0 }
--- plan
search
  one of .rules[*]
    and
      contains(.description, "ssh") = true
      .cidr words "0.0.0.0/0"

=== not equal is the complement
round(.cpu)!=2
--- plan
search
  not
    round(.cpu) = number 2

=== a number below zero
round(.n)=-2
--- plan
search
  round(.n) = number -2

=== a value that looks like a product is cut
len(.a)>2*3
--- plan
search
  len(.a) > (number 2 * number 3)

=== a date is one value
day(.at)=2025-03-04
--- plan
search
  day(.at) = 2025-03-04T00:00:00Z

=== a word with a minus is one text
upper(tag.zone)=EU-WEST-1
--- plan
search
  tag key = "zone", value whole "EU-WEST-1"

=== a field is cut at the operator
round(len(name)/2)=3
--- plan
search
  round((len(name) / number 2)) = number 3

=== a length and a number in one, and true
contains(lower(.a), upper(tag.b)) = true
--- plan
search
  contains(lower(.a), upper(tag "b")) = true

=== a quoted number is text
coalesce(.port, 1) = "443"
--- plan
search
  coalesce(.port, number 1) = "443"

=== no comparison
round(.cpu)
--- error invalid
round(.cpu)
           ^
expected a comparison (column 12); for example len(.disks)>4

=== a word beside a function is no comparison
len(.a) 4
--- error invalid
len(.a) 4
        ^
expected a comparison (column 9); for example len(.disks)>4

=== a function that is for later
sum(.a)>3
--- error unsupported
sum(.a)>3
^^^^^^^
the function ‘sum’ is not part of this version yet (column 1); ‘count by’ and ‘facet’ count

=== too few values
contains(.a)
--- error invalid
contains(.a)
^^^^^^^^^^^^
‘contains’ takes 2 values (column 1)

=== too many values
abs(.a, 2) = 1
--- error invalid
abs(.a, 2) = 1
^^^^^^^^^^
‘abs’ takes 1 value (column 1)

=== a kind that does not fit
month(2) = 3
--- error invalid
month(2) = 3
      ^
‘month’ takes a time here and not a number (column 7)

=== a time and a number
month(created) = 3
--- error invalid
month(created) = 3
                 ^
a time is never compared with a number (column 18)

=== a text and a sum
round(.a + "b") = 1
--- error invalid
round(.a + "b") = 1
      ^^^^^^^^
‘+’ has no meaning between a value and a text (column 7)

=== times are not added
abs(created + created) > 1
--- error invalid
abs(created + created) > 1
    ^^^^^^^^^^^^^^^^^
‘+’ has no meaning between a time and a time (column 5)

=== not a version
semver(.v) > latest
--- error invalid
semver(.v) > latest
             ^^^^^^
this is not a version (column 14); for example semver(.version)>=1.24.0

=== not a network
cidr_contains("office", .ip)
--- error invalid
cidr_contains("office", .ip)
              ^^^^^^^^
this is not an address or network (column 15); for example cidr_contains("10.0.0.0/8", .address)

=== an order of truths
contains(.a, "b") > true
--- error invalid
contains(.a, "b") > true
                    ^^^^
true and false have no order (column 21); compare with = or !=

=== nothing of a resource
abs(1) = 1
--- error invalid
abs(1) = 1
^^^^^^
nothing of a resource is tested here (column 1); for example len(.disks)>4

=== an unknown field in a function
lower(nmae) = web
--- error invalid
lower(nmae) = web
      ^^^^
unknown field ‘nmae’ (column 7); did you mean ‘name’?

=== a field without a value
lower(encrypted) = x
--- error unsupported
lower(encrypted) = x
      ^^^^^^^^^
‘encrypted’ has no value to calculate with (column 7); it can be searched by

=== a unit that is none here
round(.a) > 5USD
--- error invalid
round(.a) > 5USD
            ^^^^
a number with this unit cannot be calculated with (column 13); units are ms s m h d w, and B KB … PiB; a month has no fixed length

=== months have no fixed length
abs(now - created) > 6mo
--- error invalid
abs(now - created) > 6mo
                     ^^^
a number with this unit cannot be calculated with (column 22); units are ms s m h d w, and B KB … PiB; a month has no fixed length

=== a pattern is no value
lower(.a) = web-*
--- error invalid
lower(.a) = web-*
            ^^^^^
a pattern is no value of an expression (column 13); quote it if it is plain text, or write .name:web-*

=== an unknown function
lenn(.a)>4
--- error invalid
lenn(.a)>4
^^^^
unknown function ‘lenn’ (column 1); functions are has, no, count, len, lower, upper, contains and others (see docs/QUERY.md). A space before ‘(’ begins a group

=== a sum that stops
round(.a) + > 4
--- error invalid
round(.a) + > 4
            ^
expected a field, a .property, a tag or a value (column 13)

=== a parenthesis that is not closed
round((.a) > 4
--- error invalid
round((.a) > 4
           ^
expected ‘)’ (column 12)

=== a tag in an element
.a{ lower(tag.env) = x }
--- error invalid
.a{ lower(tag.env) = x }
          ^^^^^^^
a tag belongs to the whole resource and not to an element (column 11); put the test of the tag beside it

=== if is two tests, so any index still helps
if(kind:bucket, .size, .capacity) > 5
--- plan
search
  or
    and
      kind whole "bucket"
      .size > number 5
    and
      not
        kind whole "bucket"
      .capacity > number 5

=== a value of if that decides by itself
if(.a:1, 1, 2) = 1
--- plan
search
  .a = number 1

=== a list in the test of if
if(region:us,eu, 1, 2)>1
--- error invalid
if(region:us,eu, 1, 2)>1
^^^^^^^^^^^^^^^^^^^^^^
‘if’ takes a test and 2 values (column 1); for example if(region:(a, b), .size, .capacity)>100

=== too many ifs
len(if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2))>1
--- error limit
len(if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2)+if(a,1,2)+
    ^^^^^^^^^
more than 8 times ‘if’ in one test (column 5); for example if(region:(a, b), .size, .capacity)>100

=== the key of a tag
tag(.x)=1
--- error invalid
tag(.x)=1
    ^^
the key of a tag is written out (column 5); for example tag("cost center")

=== tag is the tag
tag("cost center")=x
--- plan
search
  tag "cost center" = "x"

=== steps keep their kind
bin(created, 7d) < bin(.n, 2)
--- error invalid
bin(created, 7d) < bin(.n, 2)
                   ^^^^^^^^^^
a time is never compared with a number (column 20)

=== parts
split(.image, ":", -1) = latest
--- plan
search
  split(.image, ":", number -1) = "latest"
