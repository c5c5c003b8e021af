#!/bin/sh
# The day on which a version ships: everything that was decided for it is shipped, Support and the customers are told,
# and what their customers are to confirm is listed.
#   release-day.sh 5.2
set -eu

version=${1:?the version that ships is missing}

shipped=$(cus ship --fix-version "$version" --role product --format keys)
for key in $(printf '%s\n' "$shipped" | grep '^CUS-' | sort -u); do
    cus notify "$key" --to support --role engineering
    cus notify "$key" --to customer --role support
done

echo
echo "To be confirmed:"
cus list awaiting-customer --fix-version "$version"
