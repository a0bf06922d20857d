Text: words, phrases, and what is a literal although it holds a colon.

=== words with inner signs
payments-api/v2 team@example.org
--- plan
search ranked
  and
    text word "payments-api/v2"
    text word "team@example.org"

=== prefix
pay*
--- plan
search ranked
  text prefix "pay"

=== glob in the middle
pay*api
--- plan
search
  text glob "pay*api"

=== one letter open
te?t
--- plan
search
  text glob "te?t"

=== a star alone is everything
*
--- plan
search
  everything

=== regex
/^prod-\d+$/
--- plan
search
  text regex "^prod-\\d+$"

=== regex in any case
/PROD/i
--- plan
search
  text regex "PROD"i

=== an Azure id is no regex
/subscriptions/1111/resourceGroups/web
--- plan
search ranked
  text word "/subscriptions/1111/resourceGroups/web"

=== near
"out memory"~3
--- plan
search ranked
  text near "out memory" within 3

=== escapes in quotes
"say \"hi\" \\ there"
--- plan
search ranked
  text phrase "say \"hi\" \\ there"

=== operators in quotes
"a:b | (c)"
--- plan
search ranked
  text phrase "a:b | (c)"

=== IPv6
fe80::1
--- plan
search ranked
  text word "fe80::1"

=== MAC
0a:1b:2c:3d:4e:5f
--- plan
search ranked
  text word "0a:1b:2c:3d:4e:5f"

=== URL
https://example.org/a?b=c
--- plan
search ranked
  text word "https://example.org/a?b=c"

=== keywords in any case
a Or b aNd NoT c
--- plan
search
  or
    text word "a"
    and
      text word "b"
      not
        text word "c"
note AND binds more tightly than OR; read as a OR (b aNd NoT c)

=== nothing
 
--- plan
search
  everything

=== dashes that do not negate
--flag a-b
--- plan
search ranked
  and
    text word "--flag"
    text word "a-b"
