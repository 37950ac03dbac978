# Shared by the scripts of deploy/local and tests/run: messages, ports, processes with a pid file.
# shellcheck shell=bash
# shellcheck disable=SC2034  # some variables are for the scripts that read this file
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
services=(ingest scoring alerting clinician notifier)

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Every port, in one place. Each is WITHDRAWAL_PORT_<NAME>, else its default plus the offset.
port_names=(ingest clinician
  ingest_metrics scoring_metrics alerting_metrics clinician_metrics notifier_metrics
  ingest_health scoring_health alerting_health clinician_health notifier_health
  kafka kafka_controller postgres sink sink_smtp)
port_defaults=(50051 50052 9101 9102 9103 9104 9105 50061 50062 50063 50064 50065 19092 19093 15432
  50070 50071)
declare -A port

# choose_ports OFFSET: fills `port`. An OFFSET from 20000 on, which no default port could bear, is the
# first of consecutive ports instead: a set below the range that clients' own sockets come from.
choose_ports() {
  local index name variable number
  for index in "${!port_names[@]}"; do
    name="${port_names[index]}"
    variable="WITHDRAWAL_PORT_${name^^}"
    number=$(($1 >= 20000 ? $1 + index : port_defaults[index] + $1))
    port[$name]="${!variable:-$number}"
  done
}

# save_ports FILE / load_ports FILE: what a running set uses, for down, status and a second up.
save_ports() {
  local name
  for name in "${port_names[@]}"; do echo "$name ${port[$name]}"; done >"$1"
}
load_ports() {
  local name number
  while read -r name number; do port[$name]="$number"; done <"$1"
}

# The moment a process began, in clock ticks after boot: with it a reused pid is not taken for ours.
# Nothing for a process that has ended.
began() {
  local line fields
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
  read -ra fields <<<"${line##*) }"
  if [[ ${fields[0]} != Z ]]; then echo "${fields[19]}"; fi
}

# launch PIDFILE LOG COMMAND...: starts a process that outlives this shell.
launch() {
  local pid_file="$1" log="$2"
  shift 2
  setsid "$@" >>"$log" 2>&1 </dev/null &
  local pid=$!
  disown "$pid"
  echo "$pid $(began "$pid")" >"$pid_file"
}

# running PIDFILE: is the process of that file alive?
running() {
  local pid start
  [[ -f $1 ]] && read -r pid start <"$1" && [[ -n $start && $(began "$pid") == "$start" ]]
}

# stop PIDFILE SECONDS: SIGTERM, and SIGKILL for what is still there after SECONDS.
stop() {
  local pid _ tick
  running "$1" || { rm -f "$1"; return 0; }
  read -r pid _ <"$1"
  kill "$pid" 2>/dev/null || true
  for ((tick = 0; tick < $2 * 10; tick++)); do
    running "$1" || break
    sleep 0.1
  done
  if running "$1"; then
    say "$(basename "$1" .pid) did not end within $2 s: killed" >&2
    kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$1"
}

# listening PORT: does something accept connections on loopback?
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# await SECONDS COMMAND...: runs COMMAND until it succeeds.
await() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# free_port_offset: prints an offset for choose_ports at which no port of ours is taken.
free_port_offset() {
  local attempt offset name
  for ((attempt = 0; attempt < 50; attempt++)); do
    offset=$((20000 + RANDOM % 12000))
    choose_ports "$offset"
    for name in "${port_names[@]}"; do
      if listening "${port[$name]}"; then continue 2; fi
    done
    echo "$offset"
    return 0
  done
  fail "found no free ports"
}
