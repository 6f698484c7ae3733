#!/bin/sh
# Gets a backup back out of this folder with stock tools: sh find awk sed sha256sum, gzip, psql, pg_restore, and age where it is encrypted.
# README beside this file tells how. Nothing in this folder is changed.
set -eu
umask 077
export LC_ALL=C

usage() {
    cat >&2 <<'END'
usage: sh restore.sh list
       sh restore.sh restore ID-OR-FILE [--identity KEYFILE] [--globals] TARGET-URL

  ID-OR-FILE   as list shows it, or the first 4 digits of an id and more
  --identity   the age key file that opens it (AGE-SECRET-KEY-1...)
  --globals    also makes the roles and tablespaces that were saved beside it
  TARGET-URL   an empty database: postgresql://user@host:5432/name
END
    exit 2
}

fail() { # exit code, message
    code=$1
    shift
    printf 'restore.sh: %s\n' "$*" >&2
    exit "$code"
}

need() {
    command -v "$1" > /dev/null 2>&1 || fail 6 "the program $1 is not installed"
}

# One line a backup, with tabs between: id, recovery point, database, size, SHA-256, format, check, manifest.
# A manifest has one field a line; two spaces before it make it one of the outermost.
backups() {
    find . -name '.?*' -prune -o -type f \( -name '*.dump.json' -o -name '*.sql.gz.json' -o -name '*.sql.json' \) -exec awk '
        function tell() {
            if (path != "") print said("id") "\t" said("recoveryPoint") "\t" said("database") "\t" said("size") "\t" said("sha256") "\t" said("format") "\t" said("check") "\t" path
        }
        function said(name) { return field[name] == "" ? "-" : field[name] }
        FNR == 1 { tell(); path = FILENAME; split("", field) }
        /^  "[A-Za-z0-9]+": / {
            name = $0; sub(/^  "/, "", name); sub(/": .*$/, "", name)
            value = $0; sub(/^  "[A-Za-z0-9]+": /, "", value); sub(/\r$/, "", value); sub(/,$/, "", value); sub(/^"/, "", value); sub(/"$/, "", value)
            field[name] = value
        }
        END { tell() }' {} + | sort -t "$tab" -k 2,2r
}

list() {
    printf '%-12s  %-20s  %-20s  %12s  %s\n' id 'recovery point' database bytes file
    backups | while IFS=$tab read -r id point database size sum format check manifest; do
        file=${manifest#./}
        file=${file%.json}
        state=
        if [ -f "$file.age" ]; then file=$file.age; elif [ ! -f "$file" ]; then state='  MISSING'; fi
        case $point in *.*Z) point=${point%%.*}Z ;; esac
        [ "$check" = full ] || state="$state  NOT CHECKED when it was made"
        printf '%-12s  %-20s  %-20s  %12s  %s%s\n' "$id" "$point" "$database" "$size" "$file" "$state"
    done
}

# Base backups: whole servers, which this script cannot restore.
list_bases() {
    find . -path './clusters/*/bases/*/manifest' -type f 2> /dev/null | while read -r manifest; do
        base=${manifest%/manifest}
        if head -c 200 "$manifest" | grep -a -q '"what":"base revocation"'; then continue; fi
        point=$(sed -n '1s/.*"stop":{[^}]*"time":"\([^"]*\)".*/\1/p' "$base/refs" 2> /dev/null)
        case $point in *.*Z) point=${point%%.*}Z ;; esac
        printf '%s  %-20s  %s\n' "${base##*/}" "${point:-?}" "a whole server: README says what it takes"
    done
}

# What a stored file holds, on stdout.
opened() {
    case $1 in
    *.age)
        if sed -n '2p;2q' "$1" | grep -q '^-> scrypt '; then age --decrypt "$1"
        elif [ -s "$work/ring" ]; then age --decrypt --identity "$identity" --identity "$work/ring" "$1"
        else age --decrypt --identity "$identity" "$1"; fi ;;
    *) cat "$1" ;;
    esac
}

# As opened, and unpacked. sh tells the end of the last of a pipe only, so each failure leaves a mark.
content() {
    case $1 in
    *.gz | *.gz.age) { opened "$1" || echo "$1" >> "$work/failed"; } | { gzip -dc || echo gzip >> "$work/failed"; } ;;
    *) opened "$1" || echo "$1" >> "$work/failed" ;;
    esac
}

# A key file that is not the one is found here, before anything is done.
open_keys() { # stored file, a small one beside it
    need age
    if sed -n '2p;2q' "$1" | grep -q '^-> scrypt '; then return; fi
    [ -n "$identity" ] || fail 9 "$1 is encrypted: give --identity KEYFILE. Nothing was done."
    [ -r "$identity" ] || fail 9 "the key file $identity cannot be read. Nothing was done."
    # The keys of the repository are themselves encrypted to the keys of its users.
    for wrapped in keys/*.age; do
        if [ -f "$wrapped" ]; then age --decrypt --identity "$identity" "$wrapped" >> "$work/ring" 2> /dev/null || :; fi
    done
    if [ -f "$2" ]; then probe=$2; else probe=$1; fi
    opened "$probe" > /dev/null 2> "$work/why" || fail 9 "$identity does not open $1: $(sed -n 1p "$work/why"). Nothing was done."
}

# Before another program is blamed for what it was not given: a wrong passphrase is found here.
unread() {
    [ ! -s "$work/failed" ] || fail 1 "$stored could not be read to its end. $undone $between"
}

restore() {
    want= target= identity= globals=
    while [ $# -gt 0 ]; do
        case $1 in
        --identity) [ $# -gt 1 ] || usage; identity=$2; shift ;;
        --globals) globals=yes ;;
        -*) usage ;;
        *) if [ -z "$want" ]; then want=$1; elif [ -z "$target" ]; then target=$1; else usage; fi ;;
        esac
        shift
    done
    [ -n "$target" ] || usage
    # A key file is named from where one stands; the rest from this folder.
    case $identity in '' | /*) ;; *) identity=$started/$identity ;; esac
    want=${want#./}
    want=${want%.json}
    want=${want%.age}

    found=$(backups | WANT=$want awk -F '\t' '
        { want = ENVIRON["WANT"]; file = $8; sub(/^\.\//, "", file); sub(/\.json$/, "", file); name = file; sub(/^.*\//, "", name) }
        $1 == want || file == want || name == want || (length(want) >= 4 && index($1, want) == 1)')
    [ -n "$found" ] || fail 4 "there is no backup $want here: sh restore.sh list"
    [ "$(printf '%s\n' "$found" | sed -n '$=')" = 1 ] || fail 2 "several backups are called $want: sh restore.sh list, and name a file"
    IFS=$tab read -r id point database size sum format check manifest <<END
$found
END
    file=${manifest#./}
    file=${file%.json}
    stored=$file
    if [ -f "$file.age" ]; then stored=$file.age; fi
    [ -f "$stored" ] || fail 4 "$stored is missing; only its manifest is here"

    need sha256sum
    need psql
    case $file in *.dump) need pg_restore ;; *.gz) need gzip ;; esac
    echo "reading $stored: $size bytes, database $database as of $point" >&2
    real=$(sha256sum < "$stored")
    real=${real%% *}
    [ "$real" = "$sum" ] || fail 10 "$stored is damaged: its SHA-256 is $real, its manifest says $sum. Nothing was done."
    [ "$check" = full ] || echo "warning: this backup was not read to its end when it was made" >&2

    for place in "${XDG_RUNTIME_DIR:-}" /dev/shm "${TMPDIR:-/tmp}"; do
        if [ -n "$place" ] && work=$(mktemp -d "$place/restore.XXXXXX" 2> /dev/null); then break; fi
        work=
    done
    [ -n "$work" ] || fail 1 "no temporary folder can be made: set TMPDIR"
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    case $stored in *.age) open_keys "$stored" "$file.json.age" ;; esac

    psql --no-psqlrc --quiet --dbname="$target" --command='select 1' > /dev/null || fail 7 "the target database does not answer. Nothing was done."
    stem=${file%.gz}
    stem=${stem%.sql}
    stem=${stem%.dump}
    roles=
    for candidate in "$stem.globals.sql.age" "$stem.globals.sql"; do if [ -f "$candidate" ]; then roles=$candidate; fi; done
    if [ -n "$globals" ]; then
        [ -n "$roles" ] || fail 4 "no globals were saved beside $stored. Nothing was done."
        echo "making roles and tablespaces from $roles; those that are there already are told as errors" >&2
        content "$roles" | psql --no-psqlrc --quiet --dbname="$target" > /dev/null || fail 1 "the globals were not all applied"
        [ ! -s "$work/failed" ] || fail 1 "$roles could not be read to its end"
    elif [ -n "$roles" ]; then
        echo "roles and tablespaces lie in $roles; they are made only with --globals" >&2
    fi

    echo "restoring into the target, in one transaction" >&2
    undone="The target is as it was. Where a role is missing, --globals makes it; where something is there already, take an empty database."
    between="But a script with large objects commits after them: then drop the target and take a new one."
    case $file in
    *.dump) content "$stored" | pg_restore --exit-on-error --single-transaction --dbname="$target" || { unread; fail 1 "pg_restore failed. $undone"; } ;;
    # Without the commit nothing of a script stays: that is written only after all of it was read.
    *) { echo 'begin;'; content "$stored"; [ -s "$work/failed" ] || echo 'commit;'; } | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$target" > /dev/null || { unread; fail 1 "psql failed. $undone $between"; } ;;
    esac
    unread
    echo "restored $id: database $database as of $point"
}

tab=$(printf '\t')
started=$(pwd)
need awk
cd "$(dirname "$0")"
case ${1:-} in
list) [ $# = 1 ] || usage; list; list_bases ;;
restore) shift; restore "$@" ;;
*) usage ;;
esac
