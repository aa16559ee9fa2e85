"""R7: `make run` again on a prepared machine: seconds until it serves, with the demo county in place.

Usage: .venv/bin/python -m benchmarks.r7_start [rounds]
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.record import ROOT, record


def serves_after(environment: dict[str, str], *, killed: bool) -> float:
    """Start, wait for an answer, end: as asked to, or by kill -9 as after a power cut."""
    start = time.perf_counter()
    process = subprocess.Popen(["make", "run"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
    address = f"http://127.0.0.1:{environment['PORT']}/health/"
    while True:
        try:
            urllib.request.urlopen(address, timeout=1).close()
            break
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                sys.exit("make run ended by itself")
            time.sleep(0.02)
    seconds = time.perf_counter() - start
    os.killpg(process.pid, signal.SIGKILL if killed else signal.SIGINT)
    process.wait()
    while _answers(int(environment["PORT"])):
        time.sleep(0.1)
    return seconds


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="tongxing-r7-") as folder:
        Path(folder).chmod(0o755)
        environment = {**os.environ, "TONGXING_VAR": folder, "PORT": str(port)}
        first = serves_after(environment, killed=False)
        times = [serves_after(environment, killed=False) for _ in range(rounds)]
        after_kill = [serves_after(environment, killed=True) for _ in range(rounds)][1:]
    median = statistics.median(times)
    what = f"`make run` again: {median:.1f} s; after kill -9: {statistics.median(after_kill):.1f} s; with the demo to load: {first:.0f} s"
    record("R7", what, f"{median:.1f} s", "≤ 8 s")


if __name__ == "__main__":
    main()
