#!/bin/bash
# Sends metrics and what the host's own units have written to the journal. CouchDB's log takes
# another way: Docker sends it.
# shellcheck source=/dev/null
source /usr/local/lib/riglet-couchdb/common.sh

STREAM=host/$VOLUME_ID
BATCH=/run/riglet-couchdb/batch

used() { df --output=pcent "$1" | tr -dc '0-9'; }

memory() { awk '$1 == "MemTotal:" { all = $2 } $1 == "MemAvailable:" { free = $2 } END { printf "%d", 100 - 100 * free / all }' /proc/meminfo; }

# add NAME UNIT VALUE
add() { METRICS+=("MetricName=$1,Unit=$2,Value=$3,Dimensions=[{Name=VolumeId,Value=$VOLUME_ID}]"); }

# age: of the newest backup, or of the data where there is none yet. An age that nobody knows is
# sent by nobody, and its alarm takes silence for a fault.
age() {
  local since=0 bytes=0
  if [[ -s $MOUNT/last-backup ]]; then read -r since bytes <"$MOUNT/last-backup"; else
    read -r since <"$MOUNT/first-used" || return 1
  fi
  add BackupAge Seconds $((EPOCHSECONDS - since))
  add BackupSize Bytes "$bytes"
}

health() { curl --silent --fail --output /dev/null --max-time 10 "http://$PRIVATE_IP:5984/_up" && echo 1 || echo 0; }

metrics() {
  METRICS=()
  add Healthy Count "$(health)"
  add MemoryUsed Percent "$(memory)"
  add RootDiskUsed Percent "$(used /)"
  if mountpoint --quiet "$MOUNT"; then
    xfs_growfs -d "$MOUNT" &>/dev/null || say 'the file system did not grow to its volume'
    add DiskUsed Percent "$(used "$MOUNT")"
    age || say 'the age of the backup is not known'
  fi
  cloud 60 cloudwatch put-metric-data --namespace "$METRIC_NAMESPACE" --metric-data "${METRICS[@]}"
}

# read_journal: what is new since the last batch that was taken.
read_journal() {
  local -a after=()
  [[ ! -s $STATE/cursor ]] || after=("--after-cursor=$(<"$STATE/cursor")")
  journalctl --quiet --output=json --unit=docker.service --unit='riglet-couchdb-*' "${after[@]}" |
    /usr/local/lib/riglet-couchdb/journal "$LOG_GROUP" "$STREAM" "$BATCH" "$BATCH.cursor"
}

# logs: a cursor moves on only once its lines have been taken, so that none is lost.
logs() {
  rm -f "$BATCH" "$BATCH.cursor"
  read_journal || return 1
  [[ -e $BATCH ]] || return 0
  cloud 60 logs create-log-stream --log-group-name "$LOG_GROUP" --log-stream-name "$STREAM" 2>"$BATCH.error" ||
    grep --quiet ResourceAlreadyExists "$BATCH.error" || { cat "$BATCH.error" >&2 && return 1; }
  cloud 60 logs put-log-events --cli-input-json "file://$BATCH" >/dev/null || return 1
  put "$STATE/cursor" 0600 <"$BATCH.cursor"
}

main() {
  local status=0
  mkdir -p /run/riglet-couchdb "$STATE"
  exec 8>/run/riglet-couchdb/report
  flock --timeout 120 8 || give_up 75 'another report is under way'
  metrics || { say 'the metrics were not taken' && status=1; }
  logs || { say 'the log was not taken' && status=1; }
  exit "$status"
}

main
