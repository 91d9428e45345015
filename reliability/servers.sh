# shellcheck shell=bash
# Throwaway PostgreSQL servers and the program, for the long runs of this directory; sourced, not run.
# Sets: root (the repository), work (a directory of this run, removed at its end unless KEEP=1).

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf '%s\n' "$*" >&2; }
die() {
  say "reliability/$(basename "$0"): $*"
  exit 1
}

work=$(mktemp -d "${TMPDIR:-/tmp}/cdc-direct-reliability.XXXXXX")
chmod 755 "$work"
servers=() program_pid=
# shellcheck disable=SC2317,SC2329 # called by the trap
clean_up() {
  local status=$? name
  [ -z "$program_pid" ] || kill -KILL "$program_pid" 2>/dev/null || true
  for name in "${servers[@]}"; do stop_server "$name" immediate || true; done
  if [ "${KEEP:-}" = 1 ]; then say "kept: $work"; else rm -rf "$work"; fi
  exit $status
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# The servers of root run as another account.
account=
if [ "$(id -u)" -eq 0 ]; then
  account=postgres
  getent passwd postgres >/dev/null || account=nobody
fi

# in_server NAME COMMAND... : one of the server's programs, as its account, with the libraries of its installation.
in_server() {
  local directory=$work/$1 library
  shift
  library=$(dirname "$(readlink "$directory/bin")")/lib
  local words=(env LC_ALL=C.UTF-8)
  [ ! -e "$library/libpq.so.5" ] || words+=("LD_LIBRARY_PATH=$library")
  [ -z "$account" ] || words=(setpriv "--reuid=$account" "--regid=$(id -g "$account")" --init-groups -- "${words[@]}")
  (cd "$directory" && "${words[@]}" "$@")
}

# start_server NAME VERSION [SETTING=VALUE...] : a fresh cluster on loopback and a Unix socket.
start_server() {
  local name=$1 directory=$work/$1 setting port programs
  programs=$("$root/testkit/postgres" fetch "$2") || die "PostgreSQL $2 cannot be had"
  shift 2
  mkdir "$directory"
  [ -z "$account" ] || chown "$account:" "$directory"
  ln -s "$programs" "$directory/bin"
  in_server "$name" "$programs/initdb" -D "$directory/data" -U postgres -E UTF8 --locale=C.UTF-8 --auth=trust --no-sync \
    >"$directory.initdb" 2>&1 || die "initdb failed: $(tail -n 3 "$directory.initdb")"
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  echo "$port" >"$directory.port"
  {
    printf "%s\n" "listen_addresses = '127.0.0.1'" "port = $port" "unix_socket_directories = '$directory'" \
      "wal_level = logical" "fsync = off" "full_page_writes = off" "shared_buffers = '128MB'" "timezone = 'UTC'" \
      "log_timezone = 'UTC'" "max_prepared_transactions = 20" "max_replication_slots = 20" "max_wal_senders = 20"
    for setting in "$@"; do printf "%s = '%s'\n" "${setting%%=*}" "${setting#*=}"; done
  } >>"$directory/data/postgresql.conf"
  servers+=("$name")
  launch_server "$name"
}

launch_server() { # NAME
  in_server "$1" "$work/$1/bin/pg_ctl" -D "$work/$1/data" -l "$work/$1/server.log" -w -t 60 start </dev/null >/dev/null ||
    die "the server $1 did not start: $(tail -n 5 "$work/$1/server.log")"
}

stop_server() { # NAME [MODE]
  [ -f "$work/$1/data/postmaster.pid" ] || return 0
  in_server "$1" "$work/$1/bin/pg_ctl" -D "$work/$1/data" -m "${2:-fast}" -w -t 120 stop >/dev/null
}

uri() { # NAME [DATABASE]
  echo "postgresql://postgres@127.0.0.1:$(cat "$work/$1.port")/${2:-postgres}"
}

# sql NAME DATABASE [OPTION OF PSQL...] : statements of the standard input, or of -c; unaligned rows.
sql() {
  local name=$1 database=$2
  shift 2
  in_server "$name" "$work/$name/bin/psql" -XqAt -v ON_ERROR_STOP=1 -h "$work/$name" -p "$(cat "$work/$name.port")" \
    -U postgres -d "$database" "$@"
}

# find_program : sets `program` to CDC_DIRECT_BINARY, or to what a build of this tree makes.
find_program() {
  program=${CDC_DIRECT_BINARY:-}
  [ -z "$program" ] || return 0
  say "building cdc-direct (${CONFIGURATION:-debug})"
  (cd "$root" && swift build -c "${CONFIGURATION:-debug}" --product cdc-direct >"$work/build.log" 2>&1) ||
    die "the build failed: $(grep error: "$work/build.log" | head -n 3)"
  program=$root/.build/${CONFIGURATION:-debug}/cdc-direct
}

# start_program LOG WORD... : starts the program in the background, with its settings in the environment.
start_program() {
  local log=$1
  shift
  "$program" "$@" </dev/null >>"$log" 2>&1 &
  program_pid=$!
}

stop_program() { # [SIGNAL] : its exit status
  local status=0
  [ -n "$program_pid" ] || return 0
  kill "-${1:-TERM}" "$program_pid" 2>/dev/null || true
  wait "$program_pid" 2>/dev/null || status=$?
  program_pid=
  return $status
}

is_running() { [ -n "$program_pid" ] && kill -0 "$program_pid" 2>/dev/null; }

peak() { # PID : its largest resident memory so far, in MB
  awk '/^VmHWM:/ { printf "%d", $2 / 1024 }' "/proc/$1/status" 2>/dev/null || true
}

# wait_for SECONDS WHAT COMMAND... : until the command says t; ends this run when the program is no more.
wait_for() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  while [ "$("$@" 2>/dev/null || true)" != t ]; do
    is_running || die "the program ended before $what: $(tail -n 5 "$work/program.log" | cut -c 1-600)"
    [ $SECONDS -lt $end ] || die "no end of waiting for $what: $(tail -n 3 "$work/program.log" | cut -c 1-600)"
    sleep 0.2
  done
}
