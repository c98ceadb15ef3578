#!/bin/bash
# Makes this instance one of its fleet: brings what the container needs, starts it, and tells the
# Auto Scaling group once the health check passes here, or that it does not. It runs at every
# boot and may be run at any time: each step looks before it acts.
ROOT=${RIGLET_FLEET_ROOT:-} # only tests set it
# shellcheck source=/dev/null
source "$ROOT/usr/local/lib/riglet-fleet/common.sh"

ADDRESS='' REPORTED=''
PASSES=3 # checks in a row that count as healthy

apt_get() {
  DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"
}

# An earlier run may have been cut off inside dpkg, hence the configure.
apt_install() {
  dpkg --configure -a && apt_get update && apt_get install -y --no-install-recommends "$@"
}

# need PROGRAM PACKAGE
need() { command -v "$1" >/dev/null || retry "package $2" apt_install "$2"; }

# This instance was abandoned: it must not serve, whatever the reboot has mended.
stop_if_given_up() {
  answered launch ABANDON || return 0
  say 'abandoned before'
  REPORTED=yes
  exit "$GIVEN_UP"
}

# read_secret SOURCE: the value goes from pipe to file. It is on no command line and in no log.
read_secret() {
  case $1 in
    arn:*:secretsmanager:*)
      cloud 60 secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text ;;
    *) cloud 60 ssm get-parameter --with-decryption --name "$1" --query Parameter.Value --output text ;;
  esac
}

take_secret() { # NAME SOURCE
  mkdir -p "$RUN/secrets"
  read_secret "$2" >"$RUN/secrets/.$1" && mv "$RUN/secrets/.$1" "$RUN/secrets/$1"
}

take_secrets() {
  local name from
  while read -r name from; do
    [[ -z $name ]] || retry "the secret of $name" take_secret "$name" "$from" </dev/null
  done <<<"$SECRETS"
}

# log_in: only Amazon's own registry is one that the instance's role opens.
log_in() {
  local registry=${IMAGE%%/*}
  [[ $registry =~ ^[0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$ ]] || return 0
  cloud 60 --region "${BASH_REMATCH[1]}" ecr get-login-password |
    docker login --username AWS --password-stdin "$registry" >/dev/null 2>&1
}

# The password of the registry is kept in memory, and only while the image is fetched.
fetch_image() {
  local status=0
  export DOCKER_CONFIG=$RUN/docker
  { log_in && timeout 300 docker pull --quiet "$IMAGE" >/dev/null; } || status=1
  rm -rf "$DOCKER_CONFIG"
  unset DOCKER_CONFIG
  return "$status"
}

have_image() { docker image inspect "$IMAGE" >/dev/null 2>&1 || fetch_image; }

start_container() {
  need docker docker.io
  systemctl enable --quiet docker.service
  retry 'Docker' systemctl start docker.service
  take_secrets
  retry 'the image' have_image
  retry 'the container' systemctl start riglet-fleet-app.service
}

# passes: what the balancer will ask, of the address that it will ask.
passes() {
  local status
  status=$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' \
    "http://$ADDRESS:$HEALTH_PORT$HEALTH_PATH") || status=nothing
  [[ $status =~ ^[23] ]] && return 0
  say "the health check gets $status"
  return 1
}

healthy() {
  local pass
  for ((pass = 0; pass < PASSES; pass++)); do
    ((pass == 0)) || sleep 1
    passes || return 1
  done
}

# why: the last words of the container or of the user's own parts, before they are lost.
why() {
  local last="$ROOT/var/log/cloud-init-output.log"
  if [[ -n $IMAGE ]]; then systemctl status --no-pager --lines 20 riglet-fleet-app.service; else
    tail --lines 50 "$last"
  fi >>"$LOG" 2>&1 || true
}

# Without an identity nobody can be told; the hook's own timeout abandons the instance then.
finish() {
  local status=$?
  trap - EXIT
  if ((status == 0)); then exit 0; fi
  say "failed with status $status"
  if [[ -n $INSTANCE_ID && -z $REPORTED ]]; then
    why
    report launch "$LAUNCH_HOOK" ABANDON || say 'the group was not told'
    send_log || say 'the log was not sent'
  fi
  if answered launch ABANDON; then exit "$GIVEN_UP"; fi
  exit "$status"
}

# Session Manager is the way in, and Debian's images lack its agent.
install_agent() {
  local package=$STATE/agent.deb machine url
  rm -f "$package"
  command -v amazon-ssm-agent >/dev/null && return 0
  machine=$(dpkg --print-architecture) || return 1
  url=https://s3.$REGION.amazonaws.com/amazon-ssm-$REGION/latest/debian_$machine/amazon-ssm-agent.deb
  curl --silent --show-error --fail --retry 3 --max-time 120 --output "$package" "$url" &&
    timeout 120 dpkg --install "$package" && systemctl enable --now amazon-ssm-agent && rm -f "$package"
}

# All are wanted, none is worth an instance that serves: their failures are only told.
extras() {
  send_log || say 'the log was not sent'
  install_agent || say 'no Session Manager agent, the next boot tries again'
  command -v unattended-upgrade >/dev/null || apt_install unattended-upgrades || say 'no security updates'
}

main() {
  trap finish EXIT
  trap 'exit 143' TERM INT HUP
  need curl curl
  retry "the instance's id" ask INSTANCE_ID instance-id '^i-[0-9a-f]{8,17}$'
  put "$STATE/instance" <<<"$INSTANCE_ID"
  stop_if_given_up
  need aws awscli
  retry "the instance's address" ask ADDRESS local-ipv4 '^[0-9.]{7,15}$'
  systemctl start riglet-fleet.target
  [[ -z $IMAGE ]] || start_container
  retry 'a health check that passes' healthy
  REPORTED=yes
  report launch "$LAUNCH_HOOK" CONTINUE
  extras
}

main
