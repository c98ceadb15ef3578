#!/bin/bash
# Runs CouchDB in the foreground of its unit, as its own user, with nothing of the host but its
# data and settings. Its ports of Erlang stay inside; 5984 is on the fixed address alone.
# shellcheck source=/dev/null
source /usr/local/lib/riglet-couchdb/common.sh

mountpoint --quiet "$MOUNT" || give_up 64 "$MOUNT: want the data volume there: run riglet-couchdb-host"
docker rm --force couchdb >/dev/null 2>&1 || true

# Logs go to CloudWatch by way of a buffer, so that CouchDB waits for it neither at its start nor
# later; what does not fit into the buffer is lost.
exec docker run --rm --name couchdb --hostname "$NODE_NAME" --user "$OWNER" \
  --publish "$PRIVATE_IP:5984:5984" \
  --env NODENAME="$NODE_NAME" \
  --mount "type=bind,source=$MOUNT/data,target=/opt/couchdb/data" \
  --mount "type=bind,source=$MOUNT/etc,target=/opt/couchdb/etc/local.d" \
  --mount "type=bind,source=$STATE/cookie,target=/opt/couchdb/.erlang.cookie,readonly" \
  --cap-drop ALL --security-opt no-new-privileges \
  --ulimit nofile=65536:65536 --pids-limit 4096 --stop-timeout 60 \
  --log-driver awslogs --log-opt "awslogs-region=$REGION" --log-opt "awslogs-group=$LOG_GROUP" \
  --log-opt "awslogs-stream=couchdb/$VOLUME_ID" --log-opt mode=non-blocking --log-opt max-buffer-size=8m \
  "$IMAGE"
