What is wrong with a query, said with the place and what to do.

=== a field with a letter wrong
regoin:us-east-1
--- error invalid
regoin:us-east-1
^^^^^^
unknown field ‘regoin’ (column 1); did you mean ‘region’?

=== a list that is not finished
name:(a OR
--- error invalid
name:(a OR
          ^
expected a value (column 11)

=== a stage spelled otherwise
kind:instance | summarise count()
--- error invalid
kind:instance | summarise count()
                ^^^^^^^^^
unknown stage ‘summarise’ (column 17); did you mean ‘summarize’?

=== a name that is no field
foo:bar
--- error invalid
foo:bar
^^^
unknown field ‘foo’ (column 1); use .foo:bar for a property, or quote it to search the text

=== a unit on a property of unknown unit
.size:>10GiB
--- error invalid
.size:>10GiB
       ^^^^^
no unit is known for ‘.size’ (column 8); write the plain number as the property holds it

=== a unit that is none
size:>10XB
--- error invalid
size:>10XB
      ^^^^
‘10XB’ is not a size (column 7); write 10GiB, 500MB or a number of bytes

=== an image name is no field
nginx:latest
--- error invalid
nginx:latest
^^^^^
unknown field ‘nginx’ (column 1); use .nginx:latest for a property, or quote it to search the text

=== no name before the colon
:foo
--- error invalid
:foo
^
expected a field name before ‘:’ (column 1); quote it to search the text

=== a group that is not closed
(a OR b
--- error invalid
(a OR b
       ^
expected ‘)’ (column 8)

=== a bracket too many
a)
--- error invalid
a)
 ^
expected ‘|’ or the end (column 2); this bracket closes nothing

=== a quote that is not closed
name:"abc
--- error invalid
name:"abc
     ^
a quoted text that never ends (column 6); add the closing quote

=== a comma between terms
a, b
--- error invalid
a, b
 ^
expected ‘|’ or the end (column 2); lists are written field:a,b or field:(a, b)

=== a space behind the comma of a list
name:a, b
--- error invalid
name:a, b
      ^
expected a value right behind ‘,’ (column 7); no space after the comma, or write field:(a, b)

=== nothing after an operator
payments AND
--- error invalid
payments AND
            ^
expected a term (column 13)

=== nothing after not
NOT
--- error invalid
NOT
   ^
expected a term (column 4)

=== a keyword as a word
payments in prod
--- error invalid
payments in prod
         ^^
‘in’ is a keyword and cannot stand here (column 10); quote it to search for the word

=== a comparison without a field
<5
--- error invalid
<5
^
expected a term (column 1); a traversal is written <-- or <-[type]-

=== a property without an operator
.a.b
--- error invalid
.a.b
^^^^
expected an operator after ‘.a.b’ (column 1); add ‘:’ to ask whether it exists, or quote it to search the text

=== a star inside a name of a path
.foo*:x
--- error invalid
.foo*:x
    ^
a name in a path cannot hold ‘*’ (column 5); use [*] for any element and ** for any depth

=== a path that ends with a dot
.a.:x
--- error invalid
.a.:x
   ^
expected the name of a property (column 4); for example .instanceType:t3.micro

=== not a time
created:>soon
--- error invalid
created:>soon
         ^^^^
‘soon’ is not a time (column 10); write 2025-03, 2025-03-04T05:06Z, now-7d or ago(7d)

=== not a duration
age>soon
--- error invalid
age>soon
    ^^^^
‘soon’ is not a duration (column 5); write 30d, 12h, 6mo or 1y

=== age is not equal to anything
age:30d
--- error invalid
age:30d
^^^^^^^
‘age’ is compared with < or > (column 1); for example age>30d or age:1d..7d

=== not an address
ip:10.0.0
--- error invalid
ip:10.0.0
   ^^^^^^
‘10.0.0’ is not an address or network (column 4); for example ip:10.0.0.0/8

=== a vocabulary has no order
region>eu
--- error invalid
region>eu
       ^^
‘region’ has no order (column 8); compare it with : or =

=== a pattern has no order
.a>b*
--- error invalid
.a>b*
   ^^
a pattern has no order (column 4); quote it if it is plain text

=== ends of different kinds
.a:1..2025-01-01
--- error invalid
.a:1..2025-01-01
   ^^^^^^^^^^^^^
the two ends of the range are of different kinds (column 4)

=== a flag with a letter missing
is:pubic
--- error invalid
is:pubic
   ^^^^^
‘pubic’ is no value of ‘is’ (column 4); did you mean ‘public’?

=== no flag at all
is:
--- error invalid
is:
^^^
expected a flag after ‘is:’ (column 1); for example is:public

=== three states and no fourth
encrypted:maybe
--- error invalid
encrypted:maybe
          ^^^^^
‘maybe’ is no value of ‘encrypted’ (column 11); one of true, yes, false, no, unknown

=== a regex that does not compile
name:/(a/
--- error invalid
name:/(a/
        ^
in the regular expression: missing closing parenthesis (column 9)

=== an edge type with a letter wrong
has(-[depend_on]-> kind:volume)
--- error invalid
has(-[depend_on]-> kind:volume)
      ^^^^^^^^^
unknown edge type ‘depend_on’ (column 7); did you mean ‘depends_on’?

=== edge types that point both ways
has(-[depends_on,dependents]->)
--- error invalid
has(-[depends_on,dependents]->)
                 ^^^^^^^^^^
‘dependents’ points the other way than the types before it (column 18)

=== an arrow without an end
has(-[depends_on]- kind:volume)
--- error invalid
has(-[depends_on]- kind:volume)
                ^
expected ‘]->’ (column 17); arrows are -[type]->, <-[type]- and <-[type]->

=== a relation test without an arrow
has(kind:volume)
--- error invalid
has(kind:volume)
    ^^^^^^^^^^^
expected an arrow (column 5); for example has(--> kind:volume)

=== a count without a number
count(-->)
--- error invalid
count(-->)
          ^
expected a comparison with a number (column 11); for example count(-->)>5

=== basis outside of a relation test
basis:inferred
--- error invalid
basis:inferred
^^^^^^^^^^^^^^
‘basis’ stands only once inside has(), no() or count(), beside other conditions (column 1); for example has(--> basis:inferred kind:volume)

=== an unknown function
foo(bar)>1
--- error invalid
foo(bar)>1
^^^
unknown function ‘foo’ (column 1); functions are has, no, count, len, lower, upper, contains and others (see docs/QUERY.md). A space before ‘(’ begins a group

=== a length and no number
len(.a)>b
--- error invalid
len(.a)>b
        ^
a number is never compared with a text (column 9)

=== an empty text
"" a
--- error invalid
"" a
^^
an empty text cannot be searched for (column 1)

=== a stage that is none
a | frobnicate
--- error invalid
a | frobnicate
    ^^^^^^^^^^
unknown stage ‘frobnicate’ (column 5); stages are where, count, facet, summarize, sort, top, limit, skip, project, distinct, cost, as, explain

=== no stage after the bar
a |
--- error invalid
a |
   ^
expected a stage after ‘|’ (column 4)

=== a number that is none
a | limit many
--- error invalid
a | limit many
          ^^^^
expected a number after ‘limit’ (column 11)

=== top without by
a | top 5
--- error invalid
a | top 5
         ^
expected ‘by’ (column 10); for example top 10 by created

=== an unknown column
a | count by type | sort by cuont
--- error invalid
a | count by type | sort by cuont
                            ^^^^^
no column ‘cuont’ (column 29); did you mean ‘count’?

=== an unknown format
a | as jsn
--- error invalid
a | as jsn
       ^^^
unknown format ‘jsn’ (column 8); did you mean ‘json’?

=== an unknown field as a column
a | project nmae
--- error invalid
a | project nmae
            ^^^^
unknown field ‘nmae’ (column 13); did you mean ‘name’?

=== a value as a column
a | project "x"
--- error invalid
a | project "x"
            ^^^
a value is no column (column 13); name a field, a .property or a tag

=== carets count characters
"grün und größer" farbe:rot
--- error invalid
"grün und größer" farbe:rot
                  ^^^^^
unknown field ‘farbe’ (column 19); use .farbe:rot for a property, or quote it to search the text

=== a stage on columns
a | count by type | facet kind
--- error unsupported
a | count by type | facet kind
                    ^^^^^^^^^^
‘facet’ works on resources, and a stage before it made columns (column 21); put it in front of that stage
