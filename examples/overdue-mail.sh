#!/bin/sh
# Mails each role what it owes and is late with. For cron, at six on working days:
#   0 6 * * 1-5  TO=team@example.com /path/to/overdue-mail.sh
# MAILER reads a message on its standard input; the default is sendmail -t.
set -eu

body=$(mktemp)
trap 'rm -f "$body"' EXIT

for role in support client-services engineering product; do
    status=0
    cus next --role "$role" --overdue --exit-code --color never > "$body" || status=$?
    case $status in
        0) ;; # nothing is late
        9)
            {
                printf 'To: %s\nSubject: %s is late\n' "${TO:?whom to mail?}" "$role"
                printf 'Content-Type: text/plain; charset=utf-8\n\n'
                cat "$body"
            } | ${MAILER:-sendmail -t}
            ;;
        *) exit "$status" ;;
    esac
done
