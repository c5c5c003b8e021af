#!/bin/sh
# Runs a deployment only if no hold stands against the version:
#   deploy-guard.sh 5.2 ./deploy --to production
# It ends with 9, and names the holds, if one does; otherwise as the deployment ends.
set -eu

version=${1:?the version to deploy is missing}
shift
status=0
holds=$(cus can-upgrade "$version") || status=$?
case $status in
    0) exec "$@" ;;
    9) printf '%s\n' "$holds" >&2 ;;
    *) printf 'it cannot be told whether %s is held\n' "$version" >&2 ;; # and so it is not deployed
esac
exit "$status"
