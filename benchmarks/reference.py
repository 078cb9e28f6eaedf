"""Writes events as many Python programs do: json.dumps, open, append, close.

Arguments: the file to write, a file with the data of an event, the type, the
number of events. Prints the wall time of the loop and the processor time of the
process for it, in seconds.
"""
import json
import resource
import sys
import time
from datetime import datetime, timezone

path, data_path, event_type, events = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
with open(data_path, encoding="utf-8") as file:
    data = json.load(file)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def log(sequence, event_type, data):
    event = {
        "timestamp": datetime.now(timezone.utc).isoformat(),
        "sequence": sequence,
        "event_type": event_type,
        **data,
    }
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")


cpu_before, began = cpu(), time.perf_counter()
for sequence in range(1, events + 1):
    log(sequence, event_type, data)
print(time.perf_counter() - began, cpu() - cpu_before)
