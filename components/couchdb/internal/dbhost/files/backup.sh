#!/bin/bash
# Copies the database while it runs, uploads the copy, reads it back, and only then writes the
# manifest, without which a backup does not count. The bucket lets this host delete nothing.
# shellcheck source=/dev/null
source /usr/local/lib/riglet-couchdb/common.sh

# shellcheck disable=SC2034 # retry reads it
DEADLINE=${RIGLET_COUCHDB_SECONDS:-7200}
STAGE=$MOUNT/.backup
SUMS=/run/riglet-couchdb/sums
BEGAN=$EPOCHSECONDS
ID=''
printf -v ID '%(%Y%m%dT%H%M%SZ)T' "$BEGAN"

# clone TO FROM...: a copy that shares its blocks with the original until that changes.
clone() {
  local to=$1 from
  shift
  for from in "$@"; do
    if [[ -e $from ]]; then cp --archive --reflink=always "$from" "$to/" || return 1; fi
  done
}

# copy: indexes first, for an index must never know of a document that its database lacks. Then
# the list of databases, then they: what is made meanwhile is missing, but nothing is half there.
# Files are only ever appended to, so a copy may end anywhere.
copy() {
  rm -rf "$STAGE" && mkdir -p "$STAGE/indexes/data" "$STAGE/databases/data" &&
    chown "$OWNER" "$STAGE/indexes/data" "$STAGE/databases/data" &&
    clone "$STAGE/indexes/data" "$MOUNT/data/.shards" &&
    clone "$STAGE/databases/data" "$MOUNT"/data/*.couch &&
    clone "$STAGE/databases/data" "$MOUNT/data/shards" &&
    clone "$STAGE/databases" "$MOUNT/etc"
}

pack() { tar --create --directory="$STAGE/$1" --sort=name --numeric-owner --format=pax .; }

# send NAME: the archive is made while it is sent, so it needs no room.
send() {
  local size
  size=$(du --summarize --bytes "$STAGE/$1") || return 1
  pack "$1" | /usr/local/lib/riglet-couchdb/digest "$SUMS/$1" |
    cloud "$TRANSFER" s3 cp --only-show-errors --expected-size "${size%%[[:space:]]*}" - \
      "s3://$BACKUP_BUCKET/$BACKUP_PREFIX/$ID/$1.tar"
}

# check NAME: what is in the bucket now is what was packed.
check() {
  fetch_object "$BACKUP_BUCKET" "$BACKUP_PREFIX/$ID/$1.tar" |
    /usr/local/lib/riglet-couchdb/digest "$SUMS/$1.read" >/dev/null || return 1
  cmp --silent "$SUMS/$1" "$SUMS/$1.read" || { say "$1.tar was read back different"; return 1; }
}

store() { send "$1" && check "$1"; }

# manifest: the last line is the sum of those before it.
manifest() {
  local text name
  text=$(
    echo 'riglet-couchdb-backup 1'
    echo "backup $ID"
    echo "node $NODE_NAME"
    echo "image $IMAGE"
    echo "files $(find "$STAGE" -type f -printf . | wc -c)"
    for name in indexes databases; do echo "archive $name.tar $(<"$SUMS/$name")"; done
  )
  printf '%s\n' "$text"
  printf 'end %s\n' "$(printf '%s\n' "$text" | sha256sum | cut -c 1-64)"
}

# publish: the write that makes the backup one.
publish() {
  local key=$BACKUP_PREFIX/$ID/manifest
  cloud 60 s3 cp --only-show-errors "$SUMS/manifest" "s3://$BACKUP_BUCKET/$key" &&
    fetch_object "$BACKUP_BUCKET" "$key" | cmp --silent - "$SUMS/manifest"
}

size() { awk '$1 == "archive" { bytes += $3 } END { printf "%d", bytes }' "$SUMS/manifest"; }

main() {
  local since=$EPOCHREALTIME copied
  mountpoint --quiet "$MOUNT" || give_up 64 "$MOUNT: want the data volume there"
  alone
  trap 'rm -rf "$STAGE" "$SUMS"' EXIT
  trap 'exit 143' TERM INT HUP
  shopt -s nullglob
  mkdir -p "$SUMS"
  retry 'files that stay while they are copied' copy
  copied=$(passed "$since")
  retry 'the indexes to be stored' store indexes
  retry 'the databases to be stored' store databases
  manifest >"$SUMS/manifest"
  retry 'the manifest to be stored' publish
  put "$MOUNT/last-backup" 0600 <<<"$BEGAN $(size)"
  say "backup $ID: $(size) bytes, copied in $copied s, stored and read back in $(passed "$since") s"
  systemctl start --no-block riglet-couchdb-report.service || say 'no report'
}

main
