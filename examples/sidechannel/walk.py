"""A random walk that reports its steps. Only the standard library is needed."""

import json
import os
import random


class Events:
    """Appends events to the run around this program, if there is one."""

    def __init__(self):
        path = os.environ.get("RUNSHELF_EVENTS")
        # Without a buffer each event is one write, so that the lines of several
        # processes do not mix.
        self.file = open(path, "ab", buffering=0) if path else None

    def log(self, event_type, **data):
        if self.file:
            line = json.dumps({"event_type": event_type, **data}) + "\n"
            self.file.write(line.encode())


def main():
    params = json.loads(os.environ.get("RUNSHELF_PARAMS", "{}"))
    rng = random.Random(int(os.environ.get("RUNSHELF_SEED", "1")))
    steps = params.get("steps", 100)
    events = Events()
    position = farthest = 0
    for step in range(1, steps + 1):
        position += rng.choice((-1, 1))
        farthest = max(farthest, abs(position))
        events.log("step", step=step, position=position)
    events.log("metrics", position=position, farthest=farthest)
    print(f"walked {steps} steps, ended at {position}")


main()
