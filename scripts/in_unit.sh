#!/bin/bash
# Run a command within the walls of systemd/triage.service, as its user: what does the sandbox deny it?
# Not for the production machine: the command may write to the daemon's own /var/lib/triage. It is given no passwords.
# usage, as root where systemd runs and triage is installed: scripts/in_unit.sh [-p PROPERTY]… -- COMMAND…
# For instance: scripts/in_unit.sh -- /opt/triage/bin/triage check - <mail.eml
# The suite, and the doors that it needs: docs/unit.md
set -euf
unit=$(dirname "$(readlink -f "$0")")/../systemd/triage.service
args=()
if [ -r "$unit" ]; then
    while IFS= read -r line; do
        case $line in
        Type=* | NotifyAccess=* | Exec* | Watchdog* | Timeout* | Restart* | SyslogIdentifier=*) ;; # a service's life
        LoadCredential* | SetCredential*) ;;                                                       # the daemon's alone
        RuntimeDirectory*) ;;                                                                      # it would go with us
        Environment=BOOT_ID=*) args+=(-p "Environment=BOOT_ID=$(tr -d - </proc/sys/kernel/random/boot_id)") ;;
        *) args+=(-p "$line") ;;
        esac
    done < <(sed -n '/^\[Service\]/,/^\[Install\]/p' "$unit" | grep -E '^[A-Za-z]+=')
fi
if [ ${#args[@]} -eq 0 ]; then # systemd-run would run it as root, with no walls
    echo "in_unit.sh: no walls in $unit: nothing was run" >&2
    exit 1
fi
exec systemd-run --quiet --pipe --wait --collect "${args[@]}" "$@"
