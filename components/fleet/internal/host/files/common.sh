# shellcheck shell=bash
# What the programs of a fleet's instance share. Each of them sources this file first.
# shellcheck disable=SC2034 # they use the variables
set -euo pipefail
umask 077

DEADLINE=${RIGLET_FLEET_SECONDS:-900} # after which nothing is tried again; only tests change these
SIGNAL_SECONDS=${RIGLET_FLEET_SIGNAL_SECONDS:-120}

IMDS=http://169.254.169.254/latest
STATE=$ROOT/var/lib/riglet-fleet
RUN=$ROOT/run/riglet-fleet # in memory
GIVEN_UP=64 # exit status that systemd does not try again after
ME=${0##*/}
LOG=$RUN/$ME.log
INSTANCE_ID=''

# shellcheck source=/dev/null
source "$ROOT/etc/riglet-fleet/env"
mkdir -p "$STATE" "$RUN"

say() { printf '%s: %s\n' "$ME" "$*" | tee -a "$LOG" >&2; }

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

# put FILE: replaces FILE by standard input in one move, so that no run leaves half a file.
put() {
  mkdir -p "${1%/*}" && cat >"$1.new" && mv "$1.new" "$1"
}

fetch() { curl --silent --show-error --fail --max-time 5 "$@"; }

# imds PATH: one answer of the metadata service. The token travels by standard input, not argv.
imds() {
  local token
  token=$(fetch --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$IMDS/api/token") || return 1
  fetch --header @- "$IMDS/meta-data/$1" <<<"X-aws-ec2-metadata-token: $token"
}

# ask VARIABLE PATH PATTERN: an answer, which must match before anything uses it.
ask() {
  local answer
  answer=$(imds "$2") || return 1
  [[ $answer =~ $3 ]] && printf -v "$1" %s "$answer"
}

# cloud SECONDS WORDS...: one call of AWS, with the credentials of the instance's role.
cloud() {
  local seconds=$1
  shift
  AWS_PAGER='' AWS_EC2_METADATA_SERVICE_NUM_ATTEMPTS=3 timeout "$seconds" \
    aws --region "$REGION" --cli-connect-timeout 5 --cli-read-timeout 20 "$@"
}

# answered HOOK [RESULT]: has the group been told of this instance, which is not one with its image?
answered() { [[ -e $STATE/$1 && $(<"$STATE/$1") == "$INSTANCE_ID "${2:-*} ]]; }

# group_name: a group that is named after its template knows it, any other is in the instance's tags.
group_name() {
  [[ -n $GROUP_NAME ]] || ask GROUP_NAME tags/instance/aws:autoscaling:groupName '^[!-9;-~]{1,255}$'
}

# complete NOTE HOOK RESULT: a group without a pending action (a reboot) refuses, and that is an answer.
complete() {
  local answer
  group_name || return 1
  if ! answer=$(cloud 60 autoscaling complete-lifecycle-action --lifecycle-action-result "$3" \
    --auto-scaling-group-name="$GROUP_NAME" --lifecycle-hook-name="$2" --instance-id "$INSTANCE_ID" 2>&1); then
    say "$answer"
    [[ $answer == *'No active Lifecycle Action'* ]] || return 1
  fi
  put "$STATE/$1" <<<"$INSTANCE_ID $3" || say 'the answer could not be noted'
}

# report NOTE HOOK RESULT: never again once this instance has been answered for.
report() {
  if answered "$1"; then return 0; fi
  DEADLINE=$((SECONDS + SIGNAL_SECONDS))
  retry "the group to take $3" complete "$@" || return 1
  say "told the group: $3"
}

# send_log: what these programs said goes to the log group, because the instance may soon be gone.
# A stream that is there already is refused, which does not matter.
send_log() {
  local stream="$ME/$INSTANCE_ID"
  "$ROOT/usr/local/lib/riglet-fleet/events" "$LOG" "$RUN/events.json" "$LOG_GROUP" "$stream" || return 1
  cloud 30 logs create-log-stream --log-group-name="$LOG_GROUP" --log-stream-name="$stream" >/dev/null 2>&1 || true
  cloud 30 logs put-log-events --cli-input-json "file://$RUN/events.json" >/dev/null
}
