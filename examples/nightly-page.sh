#!/bin/sh
# Writes the page of the day where a web server serves it. For cron, at six on working days:
#   0 6 * * 1-5  /path/to/nightly-page.sh /srv/www/issues.html
# The page has every customer's name on it: serve it to the team alone.
set -eu

page=${1:?which file?}
exec cus page --to "$page"
