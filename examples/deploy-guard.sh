#!/bin/sh
# Runs a deployment only if no upgrade hold stands against the version:
#   deploy-guard.sh 5.2 ./deploy --to production
# If one does, it lists the holds and exits with 9; otherwise it exits as the deployment does.
set -eu

version=${1:?which version?}
shift
status=0
holds=$(cus can-upgrade "$version") || status=$?
case $status in
    0) exec "$@" ;;
    9) printf '%s\n' "$holds" >&2 ;;
    *) printf 'cannot tell whether %s is held: not deployed\n' "$version" >&2 ;;
esac
exit "$status"
