#!/usr/bin/python3
"""Makes one batch for CloudWatch Logs of the last lines of a file."""
import json
import sys
import time

MAX_LINES, MAX_LINE = 500, 1_500  # far below the 1 MiB of PutLogEvents


def main():
    log, batch, group, stream = sys.argv[1:]
    now = int(time.time() * 1000)
    with open(log, encoding="utf-8", errors="replace") as file:
        lines = [line.rstrip("\n")[:MAX_LINE] or "-" for line in file][-MAX_LINES:]
    events = [{"timestamp": now, "message": line} for line in lines]
    with open(batch, "w", encoding="utf-8") as file:
        json.dump({"logGroupName": group, "logStreamName": stream, "logEvents": events}, file)


main()
