#!/bin/bash
# Makes this host the NAT of its network: takes over the fixed network interface, filters and
# translates what the private subnets send through it, then tells the Auto Scaling group.
# It runs at every boot and may be run at any time: each step looks before it acts.
set -euo pipefail

# Only the tests set these from outside.
ROOT=${RIGLET_NAT_ROOT:-}
DEADLINE=${RIGLET_NAT_SETUP_SECONDS:-600}
SIGNAL_SECONDS=${RIGLET_NAT_SIGNAL_SECONDS:-120}
PROBES=${RIGLET_NAT_PROBES:-https://checkip.amazonaws.com https://deb.debian.org}

IMDS=http://169.254.169.254/latest
RULES=$ROOT/etc/riglet-nat/rules.nft
SIGNALLED=$ROOT/var/lib/riglet-nat/signalled
TABLE=4242      # routing table of what enters by, or is sent from, the fixed interface
GIVEN_UP=64     # exit status that the service does not try again after
INSTANCE_ID='' REGION='' MAC='' DEV='' ADDRESS='' SUBNET='' REPORTED=''

say() { printf 'riglet-nat: %s\n' "$*" >&2; }

# retry WHAT COMMAND... runs COMMAND until it succeeds or the script's deadline has passed.
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

# ask VARIABLE PATH PATTERN: the first line of an answer, which must match before anything uses it.
ask() {
  local answer
  answer=$(imds "$2") || return 1
  answer=${answer%%$'\n'*}
  [[ $answer =~ $3 ]] && printf -v "$1" %s "$answer"
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"
}

# An earlier run may have been cut off inside dpkg, hence the configure.
apt_install() {
  dpkg --configure -a && apt_get update && apt_get install -y --no-install-recommends "$@"
}

# need PROGRAM PACKAGE
need() { command -v "$1" >/dev/null || retry "package $2" apt_install "$2"; }

cloud() {
  AWS_PAGER='' timeout 60 aws --region "$REGION" --cli-connect-timeout 5 --cli-read-timeout 20 "$@"
}

# answered [RESULT]: has the group been told of this instance, which is not one with its image?
answered() { [[ -e $SIGNALLED && $(<"$SIGNALLED") == "$INSTANCE_ID "${1:-*} ]]; }

# This host was abandoned: to take the interface again would rob the host that replaced it.
stop_if_given_up() {
  answered ABANDON || return 0
  say "abandoned before, the interface is left to the replacement"
  REPORTED=yes
  exit "$GIVEN_UP"
}

# attached: is the interface on this host? The metadata service knows without any permission,
# so a reboot does not depend on the EC2 API.
attached() {
  local macs mac id
  macs=$(imds network/interfaces/macs/) || return 1
  for mac in $macs; do
    mac=${mac%/}
    [[ $mac =~ ^[0-9a-f:]{17}$ ]] || continue
    id=$(imds "network/interfaces/macs/$mac/interface-id") || return 1
    [[ $id == "$NAT_INTERFACE_ID" ]] && MAC=$mac && return 0
  done
  return 1
}

# The distribution's own set-up would give the interface DHCP routes and drop the rules below.
# Names sort: this file is before every file that the image, netplan or cloud-init writes.
keep_networkd_off() { # MAC
  put "$ROOT/etc/systemd/network/05-riglet-nat.network" <<END
[Match]
MACAddress=$1

[Link]
Unmanaged=yes
END
  networkctl reload || say "systemd-networkd does not run here"
}

# take_over: one step towards holding the interface. It succeeds only once that is seen, so a
# refused call (permissions take minutes to arrive) or a slow detachment is simply another turn.
take_over() {
  attached && return 0
  local answer status owner attachment mac
  answer=$(cloud ec2 describe-network-interfaces --network-interface-ids "$NAT_INTERFACE_ID" --output text \
    --query 'NetworkInterfaces[0].[Status,Attachment.InstanceId,Attachment.AttachmentId,MacAddress]') || return 1
  read -r status owner attachment mac <<<"$answer"
  case $status/$owner in
    available/*)
      keep_networkd_off "$mac"
      cloud ec2 attach-network-interface --network-interface-id "$NAT_INTERFACE_ID" \
        --instance-id "$INSTANCE_ID" --device-index 1 >/dev/null || true ;;
    in-use/"$INSTANCE_ID") ;;
    in-use/*)
      # A host that has once been in service is the old one: the other is its replacement.
      if answered; then say "the interface is with $owner" && return 1; fi
      say "taking the interface from $owner"
      cloud ec2 detach-network-interface --attachment-id "$attachment" --force || true ;;
  esac
  return 1
}

# find_link: the interface's name, after udev has renamed it.
find_link() {
  local name mac
  udevadm settle --timeout=10 || true
  while read -r name _ mac _; do
    [[ $mac == "$MAC" ]] && DEV=${name%%@*} && return 0
  done < <(ip -br link)
  return 1
}

# load_rules: the whole table is swapped in one transaction and kept for the next boot.
# Private hosts enter and leave by the same interface: their subnets' routes point at it.
load_rules() {
  put "$RULES" <<END
table inet riglet_nat
delete table inet riglet_nat
table inet riglet_nat {
  set private {
    type ipv4_addr
    flags interval
    elements = { $NAT_PRIVATE_CIDRS }
  }
  chain inbound {
    type filter hook input priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iifname "lo" accept
    udp sport 67 udp dport 68 accept
    ip6 saddr fe80::/10 udp dport 546 accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    ip saddr @private icmp type echo-request accept
  }
  chain through {
    type filter hook forward priority filter; policy drop;
    tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
    ct state vmap { established : accept, related : accept, invalid : drop }
    ip daddr 169.254.0.0/16 reject with icmp type admin-prohibited
    iifname "$DEV" oifname "$DEV" ip saddr @private ip daddr != @private accept
  }
  chain translated {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "$DEV" ip saddr @private masquerade
  }
}
END
  nft --file "$RULES"
}

# rule PRIORITY SELECTOR VALUE: sends what matches to the table; replaced only when it differs,
# so that a second run does not cut anything off.
rule() {
  local priority=$1 present
  shift
  present=$(ip -4 rule show priority "$priority")
  [[ $present == *"$* lookup $TABLE"* ]] && return 0
  if [[ -n $present ]]; then ip -4 rule delete priority "$priority"; fi
  ip -4 rule add priority "$priority" "$@" lookup "$TABLE"
}

# set_routes: the fixed interface gets a default route of its own, so that forwarded packets
# leave by the interface with the Elastic IP whatever the primary interface's routes are, and
# so that this host still reaches AWS by its primary interface when the fixed one fails.
# AWS's router has the subnet's second address. 1500 is the Internet gateway's packet size.
set_routes() {
  local network
  retry "the interface's address" ask ADDRESS "network/interfaces/macs/$MAC/local-ipv4s" '^[0-9.]{7,15}$'
  retry "the interface's subnet" ask SUBNET "network/interfaces/macs/$MAC/subnet-ipv4-cidr-block" '^[0-9.]{7,15}/[0-9]+$'
  network=${SUBNET%/*}
  ip link set dev "$DEV" up
  ip -4 address replace "$ADDRESS/${SUBNET#*/}" dev "$DEV" noprefixroute
  ip -4 route replace "$SUBNET" dev "$DEV" src "$ADDRESS" scope link table "$TABLE"
  ip -4 route replace default via "${network%.*}.$((${network##*.} + 1))" dev "$DEV" onlink mtu 1500 table "$TABLE"
  rule 1000 iif "$DEV"
  rule 1001 from "$ADDRESS"
}

# forward: only after the rules, so that nothing ever passes unfiltered. Loose reverse-path
# checks (2 wins over 1), because this host has two ways to everywhere. No redirects: private
# hosts come and go by one interface, which the kernel would take for a detour.
# A quarter of the memory in KiB is one tracked connection per 4 KiB: about a tenth of memory.
# The tracking table's size is the kernel's to refuse ("-"): it limits load, not correctness.
forward() {
  local file=$ROOT/etc/sysctl.d/90-riglet-nat.conf memory
  read -r _ memory _ </proc/meminfo
  put "$file" <<END
net.ipv4.ip_forward = 1
net.ipv4.conf.all.rp_filter = 2
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.default.send_redirects = 0
-net.netfilter.nf_conntrack_max = $((memory / 4))
END
  sysctl --quiet --load="$file"
  sysctl --quiet --write "net.ipv4.conf.$DEV.send_redirects=0" "net.ipv4.conf.$DEV.rp_filter=2"
}

# healthy: what a private host needs, asked of the kernel and of the Internet.
healthy() {
  local source=${NAT_PRIVATE_CIDRS%%/*} way url
  nft list table inet riglet_nat >/dev/null || return 1
  [[ $(sysctl --values net.ipv4.ip_forward) == 1 ]] || return 1
  way=$(ip -4 -o route get 192.0.2.1 from "$source" iif "$DEV") || return 1
  [[ $way == *" dev $DEV "* ]] || return 1
  for url in $PROBES; do
    curl --silent --output /dev/null --max-time 5 --interface "$ADDRESS" "$url" && return 0
  done
  return 1
}

# complete RESULT: a group without a pending action (a reboot) refuses, and that is an answer.
complete() {
  local answer
  if ! answer=$(cloud autoscaling complete-lifecycle-action --lifecycle-action-result "$1" \
    --auto-scaling-group-name="$NAT_GROUP_NAME" --lifecycle-hook-name="$NAT_LIFECYCLE_HOOK" \
    --instance-id "$INSTANCE_ID" 2>&1); then
    say "$answer"
    [[ $answer == *'No active Lifecycle Action'* ]] || return 1
  fi
  put "$SIGNALLED" <<<"$INSTANCE_ID $1" || say "the answer could not be noted"
}

# report RESULT: once in a run, and never again once this instance has been answered for.
report() {
  [[ -z $REPORTED ]] || return 0
  REPORTED=yes
  if answered; then return 0; fi
  DEADLINE=$((SECONDS + SIGNAL_SECONDS))
  retry "the group to take $1" complete "$1" || return 1
  say "told the group: $1"
}

# Without an identity nobody can be told; the hook's own timeout abandons the host then.
finish() {
  local status=$?
  trap - EXIT
  if ((status == 0)); then exit 0; fi
  say "failed with status $status"
  if [[ -n $INSTANCE_ID && -n $REGION ]]; then report ABANDON || say "the group was not told"; fi
  if answered ABANDON; then exit "$GIVEN_UP"; fi
  exit "$status"
}

# Session Manager is the way in, and Debian's images lack its agent.
install_agent() {
  local package=$ROOT/var/lib/riglet-nat/agent.deb machine url
  rm -f "$package"
  command -v amazon-ssm-agent >/dev/null && return 0
  machine=$(dpkg --print-architecture) || return 1
  url=https://s3.$REGION.amazonaws.com/amazon-ssm-$REGION/latest/debian_$machine/amazon-ssm-agent.deb
  curl --silent --show-error --fail --retry 3 --max-time 120 --output "$package" "$url" &&
    timeout 120 dpkg --install "$package" && systemctl enable --now amazon-ssm-agent && rm -f "$package"
}

# Both are wanted, neither is worth a NAT that works: their failures are only told.
install_extras() {
  install_agent || say "no Session Manager agent, the next boot tries again"
  command -v unattended-upgrade >/dev/null || apt_install unattended-upgrades || say "no security updates"
}

main() {
  trap finish EXIT
  trap 'exit 143' TERM INT HUP
  # shellcheck source=/dev/null
  source "$ROOT/etc/riglet-nat/env"
  need curl curl
  retry "the instance's id" ask INSTANCE_ID instance-id '^i-[0-9a-f]{8,17}$'
  retry "the region" ask REGION placement/region '^[a-z0-9-]+$'
  stop_if_given_up
  need nft nftables
  need aws awscli
  retry "the fixed interface" take_over
  keep_networkd_off "$MAC"
  retry "the link of $MAC" find_link
  load_rules
  set_routes
  forward
  retry "a healthy NAT" healthy
  report CONTINUE
  install_extras
}

main
