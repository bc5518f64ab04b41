#!/bin/bash
# Run a command within the walls of systemd/triage.service, as its user: what does the sandbox deny it?
# usage, as root where systemd runs and triage is installed: scripts/in_unit.sh [-p PROPERTY]… -- COMMAND…
# For instance: scripts/in_unit.sh -- /opt/triage/bin/triage check /usr/share/doc/triage/mail.eml
# The suite, whose Dovecot wants to call setuid: scripts/in_unit.sh -p SystemCallFilter=@setuid -- python -m pytest …
set -euf
unit=$(dirname "$0")/../systemd/triage.service
args=()
while IFS= read -r line; do
    case $line in
    Type=* | NotifyAccess=* | Exec* | Watchdog* | Timeout* | Restart* | SyslogIdentifier=*) ;; # a service's life
    RuntimeDirectory*) ;;                                                                      # it would go with us
    Environment=BOOT_ID=*) args+=(-p "Environment=BOOT_ID=$(tr -d - </proc/sys/kernel/random/boot_id)") ;;
    *) args+=(-p "$line") ;;
    esac
done < <(sed -n '/^\[Service\]/,/^\[Install\]/p' "$unit" | grep -E '^[A-Za-z]+=')
exec systemd-run --quiet --pipe --wait --collect "${args[@]}" "$@"
