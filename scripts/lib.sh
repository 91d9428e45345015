# shellcheck shell=bash
# What ./test and ./demo share; sourced, not run.

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$(basename "$0"): $*"
  exit 1
}

# Temporary files of this run; removed when it ends.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cdc-direct-build.XXXXXX")
# shellcheck disable=SC2317,SC2329 # called by the trap
remove_scratch() { rm -rf "$scratch"; }
trap remove_scratch EXIT

need_swift() {
  command -v swift >/dev/null 2>&1 || die "swift is not in PATH.
Install Swift 6.3 (https://www.swift.org/install/linux/) and add its usr/bin to PATH."
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  case $version in
    [0-5].* | 6.[0-2]) die "Swift $version is too old: 6.3 or newer is needed (https://www.swift.org/install/linux/)." ;;
  esac
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]; }

# need_build_and_servers [PACKAGE...] : what the build needs, and a PostgreSQL server of any version to run.
need_build_and_servers() {
  local packages=(libpq-dev librdkafka-dev "$@")
  # SwiftPM asks pkg-config where libpq's header is; the program comes from one of two packages.
  command -v pkg-config >/dev/null 2>&1 || packages+=(pkg-config)
  [ -x "${CDC_TEST_PG_BIN:-}/postgres" ] || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null ||
    packages+=(postgresql)
  need_packages "${packages[@]}"
}

# need_packages PACKAGE... : installs the Debian packages that are missing, or says which.
need_packages() {
  local package missing=()
  if ! command -v dpkg-query >/dev/null 2>&1; then
    # Not Debian: only a look at what the build and the servers need.
    command -v psql >/dev/null 2>&1 || say "note: install libpq's headers and a PostgreSQL server if the build asks for them"
    return 0
  fi
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
      root=(sudo -n)
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
      say "sudo may ask for your password to install: ${missing[*]}"
      root=(sudo)
    else
      die "these packages are missing and only root can install them:
  apt-get install --no-install-recommends ${missing[*]}
Before that, keep Debian from starting a database server of its own:
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/cdc-direct.conf"
    fi
  fi
  forbid_cluster "${missing[*]}" "${root[@]}"
  with_progress "installing ${missing[*]}" install_packages "${missing[@]}"
}

# Debian's server package would make and start a cluster on port 5432; ours are throwaway ones.
forbid_cluster() { # MISSING [SUDO...]
  case $1 in *postgresql*) ;; *) return 0 ;; esac
  shift
  local directory=/etc/postgresql-common/createcluster.d
  is_installed postgresql-common && return 0
  [ ! -e $directory/cdc-direct.conf ] || return 0
  "$@" mkdir -p $directory
  echo 'create_main_cluster = false' | "$@" tee $directory/cdc-direct.conf >/dev/null
}

# Uses the `root` array of need_packages.
# shellcheck disable=SC2317,SC2329 # called by with_progress
install_packages() {
  "${root[@]}" apt-get update -qq &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# with_progress TITLE COMMAND... : runs a command quietly with one moving line on a terminal; shows its output if it fails.
with_progress() {
  local title=$1 log=$scratch/log start=$SECONDS status=0 pid last
  shift
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  # The shell lets its background jobs ignore Ctrl-C.
  trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM
  if [ -t 2 ]; then
    while kill -0 "$pid" 2>/dev/null; do
      # The last of the tool's own lines tells how far it is, for example "[120/400] Compiling ...".
      last=$(tail -n 1 "$log" | tr '\r' '\n' | tail -n 1 | tr -cd '[:print:]' | cut -c "1-$((${COLUMNS:-80} - ${#title} - 12 > 10 ? ${COLUMNS:-80} - ${#title} - 12 : 10))")
      printf '\r\033[K%s … %d s %s' "$title" $((SECONDS - start)) "$last" >&2
      sleep 0.5
    done
    printf '\r\033[K' >&2
  else
    say "$title …"
  fi
  wait "$pid" || status=$?
  trap - INT TERM
  if [ $status -ne 0 ]; then
    grep -E 'error:|warning:' "$log" | sort -u | head -n 40 >&2 || true
    say "--- the last lines of: $*"
    tail -n 30 "$log" >&2
    die "$title failed with status $status"
  fi
  say "$title: done in $((SECONDS - start)) s"
}
