Properties: paths, types of values, elements and quantifiers.

=== number
.port:443
--- plan
search
  .port = number 443

=== number above 2^53
.id:12345678901234567890
--- plan
search
  .id = number 12345678901234567890

=== quoted number is text
.port:"443"
--- plan
search
  .port whole "443"

=== boolean
.enabled:true
--- plan
search
  .enabled = true

=== null
.parent:null
--- plan
search
  .parent = null

=== words
.description:web server
--- plan
search ranked
  and
    .description words "web"
    text word "server"

=== range of numbers
.port:100..500
--- plan
search
  .port >= number 100 <= number 500

=== open range
.port:1024..
--- plan
search
  .port >= number 1024

=== comparison
.cpu>=2.5
--- plan
search
  .cpu >= number 2.5

=== comparison of texts
.name>"m"
--- plan
search
  .name > "m"

=== comparison of times
.notAfter:<now+30d
--- plan
search
  .notAfter < 2025-04-14T12:00:00Z

=== a negative number is no negation
.protocol:-1
--- plan
search
  .protocol = number -1

=== negation of a word
.protocol:-tcp
--- plan
search
  not
    .protocol words "tcp"

=== list
.protocol:(tcp, -1, "6")
--- plan
search
  or
    .protocol words "tcp"
    .protocol = number -1
    .protocol whole "6"

=== one element
.ports[0]:80
--- plan
search
  .ports[0] = number 80

=== odd keys
."a.b"["c d"].e:1
--- plan
search
  ."a.b"."c d".e = number 1

=== any depth
.**.kmsKeyId:*
--- plan
search
  .**.kmsKeyId exists

=== element
.ingress[*]{ fromPort<=22 toPort>=22 -description: }
--- plan
search
  one of .ingress[*]
    and
      .fromPort <= number 22
      .toPort >= number 22
      not
        .description exists

=== element in an element
.spec{ containers[*]{ image:*:latest ports[*].containerPort:80 } }
--- plan
search
  one of .spec
    one of .containers[*]
      and
        .image glob "*:latest"
        .ports[*].containerPort = number 80

=== names in elements may be quoted
.a{ "b c":1 OR (d:2 e:3) }
--- plan
search
  one of .a
    or
      ."b c" = number 1
      and
        .d = number 2
        .e = number 3

=== length in an element
.rules[*]{ len(cidrs)>1 }
--- plan
search
  one of .rules[*]
    len .cidrs > number 1

=== any
any .a[*].b:1
--- plan
search
  .a[*].b = number 1

=== all
all .a[*].b:1
--- plan
search
  all of .a[*]
    .b = number 1

=== all at the end
all .cidrs:10.*
--- plan
search
  all of .cidrs
    . glob "10.*"

=== none
none .a[*].b:1
--- plan
search
  not
    .a[*].b = number 1

=== all of elements
all .rules[*]{ port:443 }
--- plan
search
  all of .rules[*]
    .port = number 443

=== none of elements
none .rules[*]{ port:22 }
--- plan
search
  not
    one of .rules[*]
      .port = number 22

=== length
len(.disks)>=2
--- plan
search
  len .disks >= number 2

=== length is not
len(.disks)!=0
--- plan
search
  not
    len .disks = number 0

=== lower
lower(.name)="web"
--- plan
search
  .name whole "web"

=== lower never gives capitals
lower(.name)="Web"
--- plan
search
  nothing

=== upper of a tag
upper(tag.env)=PROD
--- plan
search
  tag key = "env", value whole "PROD"

=== a function for later
round(.cpu)>2
--- plan
search
  round(.cpu) > number 2
