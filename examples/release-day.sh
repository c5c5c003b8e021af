#!/bin/sh
# The day a version ships: records that everything decided for it has shipped, notifies Support and the customers, and
# lists which customers have to confirm.
#   release-day.sh 5.2
set -eu

version=${1:?which version ships?}

shipped=$(cus ship --fix-version "$version" --role product --format keys)
for key in $(printf '%s\n' "$shipped" | grep '^CUS-' | sort -u); do
    cus notify "$key" --to support --role engineering
    cus notify "$key" --to customer --role support
done

echo
echo "To be confirmed:"
cus list awaiting-customer --fix-version "$version"
