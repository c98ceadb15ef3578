#!/usr/bin/python3
"""Makes one batch for CloudWatch Logs of journal entries in JSON, read from standard input, and
notes how far it goes. What does not fit is for the next run."""
import json
import sys

# PutLogEvents takes a batch of at most 1 MiB, 26 bytes of which are the cost of each event, that
# spans at most 24 hours.
MAX_BYTES, EVENT_BYTES, MAX_SPAN = 1_000_000, 26, 23 * 3600 * 1000
MAX_EVENTS, MAX_MESSAGE = 5_000, 8_000


def text_of(entry):
    message = entry.get("MESSAGE") or ""
    if isinstance(message, list):
        message = bytes(message).decode("utf-8", "replace")
    return message[:MAX_MESSAGE] or "-"


def main():
    group, stream, batch, cursor = sys.argv[1:]
    events, size, last = [], 0, None
    for line in sys.stdin:
        entry = json.loads(line)
        event = {"timestamp": int(entry["__REALTIME_TIMESTAMP"]) // 1000, "message": text_of(entry)}
        size += len(event["message"].encode()) + EVENT_BYTES
        late = events and event["timestamp"] - events[0]["timestamp"] > MAX_SPAN
        if late or size > MAX_BYTES or len(events) == MAX_EVENTS:
            break
        events.append(event)
        last = entry["__CURSOR"]
    for _ in sys.stdin:  # journalctl would call a closed pipe an error
        pass
    if not events:
        return
    events.sort(key=lambda event: event["timestamp"])
    with open(batch, "w", encoding="utf-8") as file:
        json.dump({"logGroupName": group, "logStreamName": stream, "logEvents": events}, file)
    with open(cursor, "w", encoding="utf-8") as file:
        file.write(last)


main()
