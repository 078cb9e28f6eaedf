#!/bin/sh
# A random walk that reports its steps. Only a POSIX shell is needed.

# log appends an event to the run around this program, if there is one.
log() {
	if [ -n "${RUNSHELF_EVENTS:-}" ]; then printf '%s\n' "$1" >>"$RUNSHELF_EVENTS"; fi
}

# The one parameter that counts here is a whole number.
steps=$(printf '%s' "${RUNSHELF_PARAMS:-}" | sed -n 's/.*"steps":\([0-9]*\).*/\1/p')
steps=${steps:-100}
state=${RUNSHELF_SEED:-1}
position=0
farthest=0
step=1
while [ "$step" -le "$steps" ]; do
	# The constants of ISO C's example of rand().
	state=$(((state * 1103515245 + 12345) % 2147483648))
	if [ $((state / 65536 % 2)) -eq 0 ]; then position=$((position - 1)); else position=$((position + 1)); fi
	away=${position#-}
	if [ "$away" -gt "$farthest" ]; then farthest=$away; fi
	log "{\"event_type\":\"step\",\"step\":$step,\"position\":$position}"
	step=$((step + 1))
done
log "{\"event_type\":\"metrics\",\"position\":$position,\"farthest\":$farthest}"
echo "walked $steps steps, ended at $position"
