#!/bin/bash
# Restores a backup into an empty folder, by default that of the data volume. Nothing is in its
# place before every sum has been found right.
# shellcheck source=/dev/null
source /usr/local/lib/riglet-couchdb/common.sh

usage() {
  cat >&2 <<END
usage: riglet-couchdb-restore [--from s3://bucket/prefix] [--or-older] latest|NIGHT|BACKUP [FOLDER]

  latest      the newest complete backup
  NIGHT       the newest complete backup of a day in UTC, such as 2026-01-31
  BACKUP      one backup, such as 20260131T020000Z
  FOLDER      a folder without data; default: $MOUNT
  --from      where backups are; default: s3://$BACKUP_BUCKET/$BACKUP_PREFIX
  --or-older  takes the next older backup in place of a corrupt one; without it that is an error

status: 0 restored, 64 wrong use, 65 corrupt, 66 no such backup, else it may be tried again
END
  exit 64
}

# shellcheck disable=SC2034 # retry reads it
DEADLINE=${RIGLET_COUCHDB_SECONDS:-7200}
BUCKET=$BACKUP_BUCKET PREFIX=$BACKUP_PREFIX OLDER='' WANTED='' TARGET=$MOUNT
WORK=/run/riglet-couchdb/restore

source_of() {
  [[ $1 =~ ^s3://([a-z0-9.-]+)/([A-Za-z0-9_./-]+)$ ]] || usage
  BUCKET=${BASH_REMATCH[1]} PREFIX=${BASH_REMATCH[2]%/}
}

arguments() {
  while [[ ${1:-} == --* ]]; do
    case $1 in
      --from) source_of "${2:-}" && shift ;;
      --or-older) OLDER=yes ;;
      *) usage ;;
    esac
    shift
  done
  (($# == 1 || $# == 2)) || usage
  TARGET=${2:-$MOUNT}
  case $1 in
    latest) WANTED= ;;
    [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]) WANTED=${1//-/}T ;;
    [0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z) WANTED=$1 ;;
    *) usage ;;
  esac
}

# empty: a restore never goes over data. What an earlier attempt left is not data.
empty() {
  local name
  [[ -d $TARGET ]] || give_up 64 "$TARGET: want a folder"
  for name in data etc; do
    [[ ! -e $TARGET/$name ]] || give_up 64 "$TARGET/$name: want nothing there: restore to a fresh volume or folder"
  done
}

# list: the backups that are wanted, newest first, each with what it has: its archives, a manifest.
list() {
  cloud 120 s3api list-objects-v2 --bucket "$BUCKET" --prefix "$PREFIX/" --query 'Contents[].Key' --output text \
    >"$WORK/keys"
}

backups() { # FILE: those that have it
  tr '\t' '\n' <"$WORK/keys" | sed -n "s|^${PREFIX//./\\.}/\\([0-9]\\{8\\}T[0-9]\\{6\\}Z\\)/$1\$|\\1|p" |
    grep "^$WANTED" | sort --reverse || true
}

# incomplete: newer ones than the first complete one are named, for they were meant to be backups.
incomplete() {
  local id
  for id in $(backups '[a-z]*\.tar' | uniq); do
    [[ $id > ${1:-} ]] || return 0
    say "backup $id is incomplete: it has no manifest"
  done
}

field() { sed -n "s|^$1 ||p" "$WORK/manifest"; }

wrong() {
  say "backup $1 is corrupt: $2"
  return 1
}

# read_manifest ID: status 1 is a manifest that is wrong, not one that could not be had.
read_manifest() {
  local got
  retry "the manifest of $1" get "$PREFIX/$1/manifest" || exit 1
  got=$(head --lines=-1 "$WORK/manifest" | sha256sum | cut -c 1-64)
  [[ $(tail --lines=1 "$WORK/manifest") == "end $got" ]] || wrong "$1" 'the manifest is not as it was written' || return 1
  [[ $(head --lines=1 "$WORK/manifest") == 'riglet-couchdb-backup 1' && $(field backup) == "$1" ]] ||
    wrong "$1" 'the manifest is of another form or another backup' || return 1
}

get() { fetch_object "$BUCKET" "$1" >"$WORK/manifest"; }

# CouchDB's map of shards names the node: under another name the data would be there, but unreachable.
same_node() {
  [[ $(field node) == "$NODE_NAME" ]] ||
    give_up 64 "backup $1 is of node $(field node): want a host of that name, got $NODE_NAME"
}

# unpack ID NAME BYTES SUM: a broken transfer is tried again. A sum that is wrong is final.
unpack() {
  local statuses
  set +e
  fetch_object "$BUCKET" "$PREFIX/$1/$2" | /usr/local/lib/riglet-couchdb/digest "$WORK/sum" |
    tar --extract --directory="$TARGET/.restore" --numeric-owner --same-permissions 2>"$WORK/tar"
  statuses=("${PIPESTATUS[@]}")
  set -e
  CORRUPT=''
  if ((statuses[0] != 0)) && ! lost "$PREFIX/$1/$2"; then return 1; fi
  if [[ ${statuses[0]} != 0 || ! -e $WORK/sum || $(<"$WORK/sum") != "$3 $4" ]]; then
    CORRUPT="$2: want $3 bytes with SHA-256 $4, got $(cat "$WORK/sum" 2>/dev/null || echo less)"
  elif ((statuses[2] != 0)); then
    give_up 1 "$2: $(<"$WORK/tar")"
  fi
}

# lost KEY: is it certain that the bucket does not have it?
lost() { ! tr '\t' '\n' <"$WORK/keys" | grep --quiet --line-regexp --fixed-strings "$1"; }

# bring ID: status 1 is a corrupt backup. It is called where set -e does not hold.
bring() {
  local name bytes sum
  read_manifest "$1" || return 1
  same_node "$1"
  { rm -rf "$TARGET/.restore" && mkdir "$TARGET/.restore"; } || exit 1
  while read -r name bytes sum; do
    rm -f "$WORK/sum"
    retry "$name of $1" unpack "$1" "$name" "$bytes" "$sum" || exit 1
    [[ -z $CORRUPT ]] || wrong "$1" "$CORRUPT" || return 1
  done < <(field archive)
  [[ $(find "$TARGET/.restore" -type f -printf . | wc -c) == "$(field files)" ]] ||
    wrong "$1" "want $(field files) files, got another number" || return 1
}

# settle: data comes last, so that whoever finds it finds all.
settle() {
  sync --file-system "$TARGET/.restore"
  mv "$TARGET/.restore/etc" "$TARGET/etc"
  mv "$TARGET/.restore/data" "$TARGET/data"
  rmdir "$TARGET/.restore"
}

# choose: the newest of those that are wanted, or the next older ones where that is allowed.
choose() {
  local -a ids
  local i
  mapfile -t ids < <(backups manifest)
  incomplete "${ids[0]:-}"
  ((${#ids[@]} > 0)) || give_up 66 "s3://$BUCKET/$PREFIX has no complete backup $WANTED"
  for i in "${!ids[@]}"; do
    if bring "${ids[i]}"; then
      CHOSEN=${ids[i]}
      return 0
    fi
    [[ -n $OLDER ]] || give_up 65 "nothing was restored; the next older one is ${ids[i + 1]:-none}: name it, or give --or-older"
  done
  give_up 65 'nothing was restored: no older backup is left'
}

main() {
  local since=$EPOCHREALTIME
  CORRUPT='' CHOSEN=''
  arguments "$@"
  alone
  empty
  trap 'rm -rf "$WORK" "$TARGET/.restore"' EXIT
  trap 'exit 143' TERM INT HUP
  rm -rf "$WORK" && mkdir -p "$WORK"
  retry 'the list of backups' list
  choose
  settle
  say "restored $CHOSEN: $(field files) files in $(passed "$since") s"
}

main "$@"
