#!/bin/bash
# Waits until the group wants this instance terminated, goes on serving until the balancer sends
# nothing more, ends the application in its own time and then lets the group go on.
ROOT=${RIGLET_FLEET_ROOT:-} # only tests set it
# shellcheck source=/dev/null
source "$ROOT/usr/local/lib/riglet-fleet/common.sh"

PAUSE=${RIGLET_FLEET_POLL_SECONDS:-5}

# wanted_gone: an instance of no group has no such path, and one that serves has InService.
wanted_gone() {
  local target
  target=$(imds autoscaling/target-lifecycle-state 2>/dev/null) || return 1
  [[ $target == Terminated || $target == Warmed:Terminated ]]
}

wait_for_the_end() {
  until wanted_gone; do sleep "$PAUSE"; done
  say 'the group terminates this instance'
}

# drain: the group takes the target out of the balancer, which by then still has requests on the
# way and connections open. The file tells applications of their own that the end is near; the
# time in it lets a second run wait for no more than the rest.
drain() {
  [[ -e $RUN/draining ]] || put "$RUN/draining" <<<"$EPOCHSECONDS"
  answered launch CONTINUE || return 0 # no balancer ever asked this one
  local rest=$(($(<"$RUN/draining") + DRAIN_SECONDS - EPOCHSECONDS))
  ((rest > 0)) || return 0
  say "serving for $rest s more"
  sleep "$rest"
}

# leave: systemd gives every unit of the target its own time to stop.
leave() {
  say 'stopping'
  systemctl stop riglet-fleet.target riglet-fleet-boot.service || say 'something did not stop, the group goes on all the same'
}

main() {
  retry "the instance's id" ask INSTANCE_ID instance-id '^i-[0-9a-f]{8,17}$'
  wait_for_the_end
  drain
  leave
  report terminate "$TERMINATE_HOOK" CONTINUE
  send_log || say 'the log was not sent'
}

main
