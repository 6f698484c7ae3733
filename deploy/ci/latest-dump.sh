#!/bin/sh
# Puts the latest backup, as it is stored, into a new folder for a CI job to attach. What is not encrypted is refused: an
# artefact is read by whoever may read the project.
#   latest-dump.sh FOLDER
# Settings as for tidemark itself: BACKUP_DIR and what its store needs; with backups of several databases also DATABASE_URL,
# for the name alone. No key is needed, and none should be there: backups are encrypted, to BACKUP_ENCRYPT_TO, when they are made.
# Exit codes: 0 done · 2 wrong usage · 5 refused, nothing is left in FOLDER · else tidemark's own.
set -eu
umask 077

if [ $# != 1 ] || [ -z "$1" ]; then sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; fi
folder=$1
if [ -e "$folder" ]; then echo "latest-dump: $folder exists; name a new folder" >&2; exit 2; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

tidemark download latest --to "$work/all" >&2

# The format says so itself: age-encryption.org/v1, then the first recipient's stanza.
is_encrypted() {
    [ "$(head -n 1 "$1" | tr -d '\0')" = age-encryption.org/v1 ] && [ "$(head -n 2 "$1" | tail -n 1 | head -c 3 | tr -d '\0')" = '-> ' ]
}

mkdir "$work/kept"
found=
for file in "$work"/all/* ; do
    case $file in
        # Says which backup this is, and names neither tables nor roles where the dump is encrypted: it stays behind all the same.
        *.json) continue ;;
    esac
    if ! is_encrypted "$file"; then
        echo "latest-dump: refused: ${file##*/} is not encrypted; set BACKUP_ENCRYPT_TO, and take a new backup" >&2
        exit 5
    fi
    mv "$file" "$work/kept/"
    found=yes
done
if [ -z "$found" ]; then echo 'latest-dump: refused: no dump was downloaded' >&2; exit 5; fi
mkdir -p "$(dirname "$folder")"
mv "$work/kept" "$folder"
ls -l "$folder" >&2
