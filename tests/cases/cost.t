What resources cost.

=== money of a currency
cost.month>$20
--- plan
search
  cost.month > number 20 USD

=== money of a currency by its code
cost.billed.mtd<=12.5EUR
--- plan
search
  cost.billed.mtd <= number 12.5 EUR

=== money of any currency
cost.30d:100..500
--- plan
search
  cost.30d >= number 100 <= number 500

=== one of several amounts
cost.usd.day:(1, 2)
--- plan
search
  cost.usd.day = number 1, number 2

=== an amount is known
-cost.month:
--- plan
search
  not
    cost.month exists

=== a change in percent
cost.change>20%
--- plan
search
  cost.change > number 20%

=== what this month will cost
cost.billed.usd.forecast>=$100 cost.basis:(bill, estimate)
--- plan
search
  and
    cost.billed.usd.forecast >= number 100 USD
    cost.basis whole "bill", "estimate"

=== a basis has no order
cost.basis>bill
--- error invalid
cost.basis>bill
           ^^^^
‘cost.basis’ has no order (column 12); compare it with : or =

=== a change without its sign
cost.change<-20
--- plan
search
  cost.change < number -20%

=== what costs is sorted
kind:volume | sort by cost.month desc | limit 3
--- plan
search
  kind whole "volume"
| sort
  field cost cost.month as cost.month desc
| limit 3

=== costs as columns
kind:volume | project name, spent=cost.eur.month, cost.CHANGE
--- plan
search
  kind whole "volume"
| project
  field name as name
  field cost cost.eur.month as spent
  field cost cost.CHANGE as cost.CHANGE

=== a window that is misspelt
cost.moth>1
--- error invalid
cost.moth>1
^^^^^^^^^^^
‘moth’ is no part of a cost field; did you mean ‘month’? (column 1)

=== a metric that is misspelt
cost.bild.month>1
--- error invalid
cost.bild.month>1
^^^^^^^^^^^^^^^^^
‘bild’ is no part of a cost field; for example cost.month, cost.billed.mtd, cost.usd.30d (column 1)

=== a cost without a window
cost>1
--- error invalid
cost>1
^^^^^^
which cost? For example cost.month, cost.mtd, cost.30d (column 1)

=== an amount that is none
cost.month>1GiB
--- error invalid
cost.month>1GiB
           ^^^^
‘1GiB’ is not an amount (column 12); write 20, $20 or 20EUR

=== a word that is no amount
cost.month:much
--- error invalid
cost.month:much
           ^^^^
‘much’ is not an amount (column 12); write 20, $20 or 20EUR

=== a percentage of something else
cost.change>20EUR
--- error invalid
cost.change>20EUR
            ^^^^^
‘20EUR’ is not a percentage (column 13); write 20% or 20

=== words of a cost
cost.month~x
--- error invalid
cost.month~x
           ^
‘cost.month’ holds no text that a pattern could be tried on (column 12)
