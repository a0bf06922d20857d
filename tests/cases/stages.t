Stages, and which columns are left after them.

=== where and filter
kind:volume | where age>30d | filter -tag.owner:
--- plan
search
  kind whole "volume"
| where
  created < 2025-02-13T12:00:00Z
| where
  not
    tag key = "owner", value exists

=== count
kind:volume | count
--- plan
search
  kind whole "volume"
| count

=== count by
kind:volume | count by region, tag.env, .type
--- plan
search
  kind whole "volume"
| count
  field region as region
  tag "env" as tag.env
  .type as .type

=== count by, sorted
* | count by type | sort by count desc | limit 5
--- plan
search
  everything
| count
  field type as type
| sort
  column 1 as count desc
| limit 5

=== count of counts
* | count by type | count
--- plan
search
  everything
| count
  field type as type
| count

=== facet
* | facet by provider, region
--- plan
search
  everything
| facet 10
  field provider as provider
  field region as region

=== facet top
* | facet tag.env top 3
--- plan
search
  everything
| facet 3
  tag "env" as tag.env

=== sort
* | order by region, created desc
--- plan
search
  everything
| sort
  field region as region
  field created as created desc

=== top
* | top 10 by created
--- plan
search
  everything
| top 10
  field created as created desc

=== top, smallest
* | top 10 by .cpu asc
--- plan
search
  everything
| top 10
  .cpu as .cpu

=== take and skip
* | offset 10 | take 5
--- plan
search
  everything
| skip 10
| limit 5

=== project
* | project name, where=region, .a[*].b as b, label.app
--- plan
search
  everything
| project
  field name as name
  field region as where
  .a[*].b as b
  tag|label "app" as label.app

=== project twice
* | project name as n, region | project n
--- plan
search
  everything
| project
  field name as n
  field region as region
| project
  column 0 as n

=== select
* | select id, age, source, flag
--- plan
search
  everything
| project
  field id as id
  field age as age
  field source as source
  field flag as flag

=== project-away
* | count by type, region | project-away region
--- plan
search
  everything
| count
  field type as type
  field region as region
| project-away
  column 1 as region

=== project-away of resources
* | omit tags, created
--- error invalid
* | omit tags, created
         ^^^^
expected one tag as a column (column 10); for example tag.owner

=== distinct
* | distinct provider, region
--- plan
search
  everything
| distinct
  field provider as provider
  field region as region

=== formats
* | as json
--- plan
search
  everything
| as json

=== explain
kind:volume | count by region | explain
--- plan
search
  kind whole "volume"
| count
  field region as region
| explain

=== stages alone
| count by kind
--- plan
search
  everything
| count
  field kind as kind

=== a column that is calculated with a unit
* | project gb=size/1GiB
--- plan
search
  everything
| project
  (size / number 1073741824) as gb

=== a column that is calculated
* | project len(.disks)
--- plan
search
  everything
| project
  len(.disks) as len(.disks)

=== summarize by nothing
* | summarize n=count() by type
--- plan
search
  everything
| summarize
  field type as type
  count as n

=== extend is for later
* | extend x=1
--- error unsupported
* | extend x=1
    ^^^^^^
the stage ‘extend’ is not part of this version yet (column 5); meanwhile `project` shows fields and properties as they are

=== sample is for later
* | sample 5
--- error unsupported
* | sample 5
    ^^^^^^
the stage ‘sample’ is not part of this version yet (column 5); meanwhile `limit` cuts the answer short

=== union is for later
a | union (b)
--- error unsupported
a | union (b)
    ^^^^^
the stage ‘union’ is not part of this version yet (column 5); meanwhile `OR` in the search part joins two searches

=== summarize by fields with every aggregate
kind:volume | summarize n=count(), sum(.size), avg(.size) as mean, min(created), max(name), dcount(region), median(.size), p99(.size), share(.size) by provider, tag.team
--- plan
search
  kind whole "volume"
| summarize
  field provider as provider
  tag "team" as tag.team
  count as n
  sum of .size as sum(.size)
  avg of .size as mean
  min of field created as min(created)
  max of field name as max(name)
  dcount of field region as dcount(region)
  rank 0.5 of .size as median(.size)
  rank 0.99 of .size as p99(.size)
  share of .size as share(.size)

=== summarize costs
kind:volume | summarize spent=sum(cost.usd.month) by account | sort by spent desc | limit 3
--- plan
search
  kind whole "volume"
| summarize
  field account as account
  sum of field cost cost.usd.month as spent
| sort
  column 1 as spent desc
| limit 3

=== a column of a summary that is not there
kind:volume | summarize n=count() by region | sort by m
--- error invalid
kind:volume | summarize n=count() by region | sort by m
                                                      ^
no column ‘m’ (column 55); only the columns of the stage before are left

=== an aggregate that is misspelt
kind:volume | summarize sums(.size)
--- error invalid
kind:volume | summarize sums(.size)
                        ^^^^
unknown aggregate ‘sums’ (column 25); did you mean ‘sum’?

=== an aggregate without parentheses
kind:volume | summarize count by region
--- error invalid
kind:volume | summarize count by region
                              ^^
expected ‘(’ (column 31)

=== an aggregate of nothing
kind:volume | summarize sum() by region
--- error invalid
kind:volume | summarize sum() by region
                            ^
expected a field, a .property, a tag or a value (column 29)

=== an aggregate of a calculation
kind:volume | summarize sum(.size / 2)
--- plan
search
  kind whole "volume"
| summarize
  sum of (.size / number 2) as sum(.size / 2)

=== summarize of rows
kind:volume | count by region | summarize sum(count)
--- plan
search
  kind whole "volume"
| count
  field region as region
| summarize
  sum of column 1 as sum(count)

=== where of columns
kind:volume | summarize n=count(), gb=sum(.size) by region, .state | where n > 10 and (gb:100..500 or -.state:in-use) | sort by n
--- plan
search
  kind whole "volume"
| summarize
  field region as region
  .state as .state
  count as n
  sum of .size as gb
| where
  column 2 as n
  column 3 as gb
  column 1 as .state
  and
    [2] > number 10
    or
      [3] >= number 100 <= number 500
      not
        [1] words "in-use"
| sort
  column 2 as n

=== where of a column that is not there
kind:volume | count by region | where n > 1
--- error invalid
kind:volume | count by region | where n > 1
                                      ^
no column ‘n’ (column 39); only the columns of the stage before are left

=== where of a relation behind columns
kind:volume | count by region | where {region:x}
--- error invalid
kind:volume | count by region | where {region:x}
                                      ^
expected a term (column 39)

=== where of a column's calculation
kind:volume | count by region | where len(region) > 3
--- error unsupported
kind:volume | count by region | where len(region) > 3
                                      ^^^^^^^^^^^^^^^
behind a stage that makes columns, ‘where’ tests columns alone (column 39); for example where count > 10

=== costs of what was found
kind:volume | cost
--- plan
search
  kind whole "volume"
| cost
  effective
  column resource.name
  column resource.type
  column resource.uid
  column currency
  column amount
  column lines

=== costs of everything, by names of the stage and of those behind it
| cost billed usd by quarter, tag.team in 2025 | where service:*compute* amount>10 | sort by account | summarize amount=sum(amount), share(amount) by quarter
--- plan
search
  everything
| cost
  billed USD from 2025-01-01T00:00:00Z until 2026-01-01T00:00:00Z of all lines
  column quarter
  column tag.team
  column service
  column account
  column currency
  column amount
  column lines
  in one currency
| where
  column 2 as service
  column 5 as amount
  and
    [2] glob "*compute*"
    [5] > number 10
| sort
  column 3 as account
| summarize
  column 0 as quarter
  sum of column 5 as amount
  share of column 5 as share(amount)

=== costs summed by currency
| cost by month | summarize spent=sum(amount) by month, currency | summarize most=max(spent) by currency
--- plan
search
  everything
| cost
  effective of all lines
  column month
  column currency
  column amount
  column lines
| summarize
  column 0 as month
  column 1 as currency
  sum of column 2 as spent
| summarize
  column 1 as currency
  max of column 2 as most

=== costs summed twice
| cost by month | summarize spent=sum(amount) by month | summarize most=max(spent), mean=avg(spent)
--- plan
search
  everything
| cost
  effective of all lines
  column month
  column currency
  column amount
  column lines
  in one currency
| summarize
  column 0 as month
  sum of column 2 as spent
| summarize
  max of column 1 as most
  avg of column 1 as mean

=== costs behind columns
kind:volume | count by region | cost
--- error unsupported
kind:volume | count by region | cost
                                ^^^^
‘cost’ works on resources, and a stage before it made columns (column 33); put it in front of that stage

=== costs of no metric
* | cost bild by month
--- error invalid
* | cost bild by month
         ^^^^
‘bild’ is no metric and no currency (column 10); for example cost billed usd by month last 6mo

=== costs by no dimension
* | cost by mont
--- error invalid
* | cost by mont
            ^^^^
unknown dimension ‘mont’; did you mean ‘month’? (column 13)

=== costs of no length
* | cost last year
--- error invalid
* | cost last year
              ^^^^
‘year’ is no length of time (column 15); for example last 6mo, last 30d

=== costs of no time
* | cost since yesteryear
--- error invalid
* | cost since yesteryear
               ^^^^^^^^^^
‘yesteryear’ is no time (column 16); for example 2025-03, 2025-03-04, now-30d

=== costs by two periods
* | cost by month, day
--- error invalid
* | cost by month, day
                   ^^^
rows are by month already (column 20)

=== costs with a word too many
* | cost by month last 3mo ago
--- error invalid
* | cost by month last 3mo ago
                           ^^^
expected ‘|’ or the end (column 28)

=== counts of counts
kind:volume | count by region, type | count by type, region | summarize sum(count), most=max(count) by type
--- plan
search
  kind whole "volume"
| count
  field region as region
  field type as type
| count
  column 1 as type
  column 0 as region
| summarize
  column 0 as type
  sum of column 2 as sum(count)
  max of column 2 as most

=== calculated columns by their names
kind:volume | summarize n=count() by born=month(created), tag.team | sort by born
--- plan
search
  kind whole "volume"
| summarize
  month(created) as born
  tag "team" as tag.team
  count as n
| sort
  column 0 as born

=== calculated of nothing
kind:volume | project 1 + 2
--- error invalid
kind:volume | project 1 + 2
                      ^^^^^
nothing of a resource is calculated here (column 23); for example size/1GiB

=== calculated of columns
kind:volume | count by region | summarize sum(count / 2)
--- error invalid
kind:volume | count by region | summarize sum(count / 2)
                                                    ^
expected ‘)’ (column 53)

=== a column by a condition
kind:volume | project if(region:a, .size, .capacity)
--- error unsupported
kind:volume | project if(region:a, .size, .capacity)
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
‘if’ is no column in this version (column 23); in tests it works

=== sorted by what is calculated
kind:volume | sort by len(.disks) desc | limit 3
--- plan
search
  kind whole "volume"
| sort
  len(.disks) as len(.disks) desc
| limit 3

=== counted by what is calculated
kind:volume | count by lower(tag.team)
--- plan
search
  kind whole "volume"
| count
  lower(tag "team") as lower(tag.team)
