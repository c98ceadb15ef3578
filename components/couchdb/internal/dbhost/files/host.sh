#!/bin/bash
# Makes this host the CouchDB of its network: finds the data volume, formats it only when it is
# blank, fills it from a backup when that is asked for, starts CouchDB and looks whether it works.
# It runs at every boot and may be run at any time: each step looks before it acts.
# shellcheck source=/dev/null
source /usr/local/lib/riglet-couchdb/common.sh

LABEL=riglet-couch
OPTIONS=noatime,nodev,nosuid,noexec
URL=http://$PRIVATE_IP:5984
ADMIN=/run/riglet-couchdb/admin # what curl logs in with; in memory, and gone at the end
DEVICE='' CHANGED=''

apt_get() {
  DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"
}

# An earlier run may have been cut off inside dpkg, hence the configure.
apt_install() {
  dpkg --configure -a && apt_get update && apt_get install -y --no-install-recommends "$@"
}

# need PROGRAM PACKAGE
need() { command -v "$1" >/dev/null || retry "package $2" apt_install "$2"; }

# The kernel names disks in the order in which they answer; only this link carries the volume's id.
find_volume() {
  udevadm settle --timeout=10 || true
  DEVICE=$(readlink -e "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${VOLUME_ID/-/}") && [[ -b $DEVICE ]]
}

tag() { blkid --probe --output value --match-tag "$1" "$DEVICE"; }

# blank: nothing that blkid knows (status 2; anything else is a doubt) and no byte where others
# that it does not know begin.
blank() {
  local status=0
  blkid --probe "$DEVICE" >/dev/null || status=$?
  ((status == 2)) && cmp --silent --bytes=1048576 "$DEVICE" /dev/zero
}

# mkfs is not forced, so it would refuse too.
format_if_blank() {
  local kind label
  if blank; then
    say "formatting the blank volume $VOLUME_ID ($DEVICE)"
    mkfs.xfs -q -L "$LABEL" "$DEVICE"
  fi
  kind=$(tag TYPE) || kind='something unknown'
  label=$(tag LABEL) || label=none
  [[ $kind/$label == xfs/$LABEL ]] ||
    give_up 64 "volume $VOLUME_ID: want it blank or xfs labelled $LABEL, got $kind labelled $label: nothing was changed"
}

# nofail: a host whose volume is late still boots, and can be looked at.
note_mount() {
  local line="UUID=$1 $MOUNT xfs $OPTIONS,nofail,x-systemd.device-timeout=30s 0 0"
  grep --quiet --line-regexp --fixed-strings "$line" /etc/fstab && return 0
  { grep --invert-match " $MOUNT " /etc/fstab || true; } | { cat && printf '%s\n' "$line"; } | put /etc/fstab 0644
}

mount_volume() {
  local uuid
  uuid=$(tag UUID)
  note_mount "$uuid"
  mkdir -p "$MOUNT"
  mountpoint --quiet "$MOUNT" || mount -t xfs -o "$OPTIONS" "UUID=$uuid" "$MOUNT"
  [[ $(findmnt --noheadings --output SOURCE --mountpoint "$MOUNT") == "$DEVICE" ]] ||
    give_up 64 "$MOUNT: want volume $VOLUME_ID ($DEVICE) there, got another: nothing was changed"
  chmod 0700 "$MOUNT"
  xfs_growfs -d "$MOUNT" &>/dev/null || say 'the file system did not grow to its volume'
}

# fill: data is only ever brought where none is. The time is what a backup's age counts from at first.
fill() {
  if [[ -n $RESTORE_FROM && ! -d $MOUNT/data ]]; then
    say "filling the volume from $RESTORE_FROM"
    riglet-couchdb-restore --from "${RESTORE_FROM%/*}" "${RESTORE_FROM##*/}"
    SECONDS=0 # a restore may take hours, and what follows has its time from here
  fi
  mkdir -p "$MOUNT/etc" "$MOUNT/data"
  chown "$OWNER" "$MOUNT/etc" "$MOUNT/data"
  [[ -e $MOUNT/first-used ]] || put "$MOUNT/first-used" 0600 <<<"$EPOCHSECONDS"
}

# The node talks to no other: its cookie only has to be unknown. It is this host's own.
make_cookie() {
  [[ -s $STATE/cookie ]] && return 0
  mkdir -p "$STATE"
  head --bytes=32 /dev/urandom | sha256sum | cut -c 1-64 >"$STATE/cookie.new"
  chown "$OWNER" "$STATE/cookie.new" && chmod 0400 "$STATE/cookie.new" && mv "$STATE/cookie.new" "$STATE/cookie"
}

# The password goes from pipe to pipe: it is in no variable, on no command line and on no disk.
take_secret() {
  mkdir -p "${ADMIN%/*}"
  cloud 60 secretsmanager get-secret-value --secret-id "$SECRET_ID" --query SecretString --output text |
    /usr/local/lib/riglet-couchdb/admin "$MOUNT/etc/10-riglet.ini" "$ADMIN"
}

# settings: CouchDB is started anew only when what it reads at its start has become different.
settings() {
  local before
  before=$(sha256sum "$MOUNT/etc/10-riglet.ini" 2>/dev/null) || true
  retry 'the secret' take_secret
  [[ $before == "$(sha256sum "$MOUNT/etc/10-riglet.ini")" ]] || CHANGED=yes
}

have_image() { docker image inspect "$IMAGE" >/dev/null 2>&1 || timeout 600 docker pull --quiet "$IMAGE" >/dev/null; }

# running: CouchDB of this image, and none of an earlier one.
running() {
  local present
  present=$(docker inspect --format '{{.Config.Image}}' couchdb 2>/dev/null) && [[ $present == "$IMAGE" ]]
}

start() {
  systemctl enable --quiet docker.service
  systemctl start docker.service
  retry 'the image' have_image
  if [[ -z $CHANGED ]] && running; then systemctl start riglet-couchdb.service; else
    systemctl restart riglet-couchdb.service
  fi
}

# ask PATH WORDS...: the status that CouchDB answers with.
ask() { curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' "${@:2}" "$URL/$1"; }

healthy() { [[ $(ask _up) == 200 ]]; }

# guarded: strangers get nothing, and the secret's password is the one that works.
guarded() {
  [[ $(ask _all_dbs) == 401 ]] || { say 'CouchDB answers without a password'; return 1; }
  [[ $(ask _all_dbs --config "$ADMIN") == 200 ]] || { say "CouchDB refuses the password of $SECRET_ID"; return 1; }
}

# system_databases: those that CouchDB itself wants; 412 is one that is there.
system_databases() {
  local database
  for database in _users _replicator _global_changes; do
    [[ $(ask "$database" --config "$ADMIN" --request PUT) =~ ^(201|202|412)$ ]] || return 1
  done
}

# timers: the backup's hour is the only value in a unit, and a number.
timers() {
  put /etc/systemd/system/riglet-couchdb-backup.timer.d/hour.conf 0644 <<END
[Timer]
OnCalendar=*-*-* $(printf %02d "$BACKUP_HOUR"):00:00 UTC
END
  systemctl daemon-reload
  systemctl enable --quiet riglet-couchdb-backup.timer riglet-couchdb-report.timer
  systemctl restart riglet-couchdb-backup.timer riglet-couchdb-report.timer
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

# All are wanted, none is worth a database that works: their failures are only told.
extras() {
  install_agent || say 'no Session Manager agent, the next boot tries again'
  command -v unattended-upgrade >/dev/null || apt_install unattended-upgrades || say 'no security updates'
  docker image prune --all --force >/dev/null || say 'unused images were kept'
  systemctl start --no-block riglet-couchdb-report.service || say 'no report'
}

# finish: what went wrong is in the log group before the host is gone.
finish() {
  local status=$?
  trap - EXIT
  rm -f "$ADMIN"
  if ((status != 0)); then
    say "failed with status $status"
    systemctl start --no-block riglet-couchdb-report.service || true
  fi
  exit "$status"
}

main() {
  trap finish EXIT
  trap 'exit 143' TERM INT HUP
  need curl curl
  need aws awscli
  need mkfs.xfs xfsprogs
  need docker docker.io
  retry "volume $VOLUME_ID" find_volume
  format_if_blank
  mount_volume
  fill
  make_cookie
  settings
  start
  retry 'a healthy CouchDB' healthy
  retry 'a guarded CouchDB' guarded
  retry 'the system databases' system_databases
  timers
  say "ready: CouchDB answers at $URL"
  extras
}

main
