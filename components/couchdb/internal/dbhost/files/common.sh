# shellcheck shell=bash
# What the programs of the CouchDB host share. Each of them sources this file first.
# shellcheck disable=SC2034 # they use the variables
set -euo pipefail
umask 077

DEADLINE=${RIGLET_COUCHDB_SECONDS:-900} # after which nothing is tried again; only tests change it
MOUNT=/srv/couchdb
STATE=/var/lib/riglet-couchdb
OWNER=5984:5984 # CouchDB's user inside the image
ME=${0##*/}

# shellcheck source=/dev/null
source /etc/riglet-couchdb/env

say() { printf '%s: %s\n' "$ME" "$*" >&2; }

# give_up STATUS MESSAGE...: systemd does not try 64 to 66 again, they need an operator.
give_up() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# retry WHAT COMMAND... runs COMMAND until it succeeds or the program's deadline has passed.
retry() {
  local what=$1 pause=1
  shift
  until "$@"; do
    if ((SECONDS >= DEADLINE)); then
      say "gave up on $what after $SECONDS s"
      return 1
    fi
    say "waiting $pause s for $what"
    sleep "$pause"
    pause=$((pause < 8 ? pause * 2 : 15))
  done
}

# put FILE MODE: replaces FILE by standard input in one move, so that no run leaves half a file.
put() {
  mkdir -p "${1%/*}" && cat >"$1.new" && chmod "$2" "$1.new" && mv "$1.new" "$1"
}

# cloud SECONDS WORDS...: one call of AWS, with the credentials of the instance's role.
cloud() {
  local seconds=$1
  shift
  AWS_PAGER='' AWS_EC2_METADATA_SERVICE_NUM_ATTEMPTS=3 timeout "$seconds" \
    aws --region "$REGION" --cli-connect-timeout 5 --cli-read-timeout 60 "$@"
}

# alone: one backup or restore at a time. The lock ends with the process, however it ends.
alone() {
  mkdir -p /run/riglet-couchdb
  exec 9>/run/riglet-couchdb/lock
  flock --nonblock 9 || give_up 75 'another backup or restore is under way'
}

# passed SINCE: seconds since an EPOCHREALTIME, with three digits.
passed() {
  local took=$(((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 1000))
  printf '%d.%03d' $((took / 1000)) $((took % 1000))
}

# A transfer has six hours: that is 2 TB at 100 MB/s.
TRANSFER=21600

# fetch_object BUCKET KEY: the object, on standard output.
fetch_object() { cloud "$TRANSFER" s3 cp --only-show-errors "s3://$1/$2" -; }
