"""Tasks of a sweep run by the workers of a Dask scheduler, on this machine or on others."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from planner.errors import Fault, InputError, PlannerError
from planner.scenario.telling import quoted, shortened
from planner.sweep.asked import AskedSweep
from planner.sweep.program import program_mark
from planner.sweep.runners import DIED, Task
from planner.sweep.task import WrongProgramError, plan_task
from planner.swept import Result

if TYPE_CHECKING:
    from distributed import Client, Future

ANSWERS_S = 10  # a scheduler answers, or has a worker, within so many seconds
EMPTY_S = 60  # without any worker for so long, nobody will come
_AHEAD = 3  # tasks for each thread that the scheduler knows of: enough that none waits for us
_LOOK_S = 0.01
_CHECK_S = 2.0
_GONE = "the scheduler must stay until all is done, got none any more"
_GRAPH = "distributed.admin.large-graph-warning-threshold"  # a question may be large, and goes once


class ClusterError(PlannerError):
    """The cluster cannot do what was asked."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a scheduler is, and how one speaks with it.

    Parameters
    ----------
    address
        ``tcp://127.0.0.1:8786``, or ``tls://host:8786``.
    tls_ca, tls_cert, tls_key
        Files in PEM; left out, those of Dask's own configuration.
    unsafe
        Whether a scheduler elsewhere may be spoken with in the open.
    """

    address: str
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    unsafe: bool = False

    def faults(self) -> list[Fault]:
        """Return why nobody should connect there: a scheduler has no password.

        Examples
        --------
        >>> print(*Cluster("tcp://10.0.0.7:8786").faults())  # doctest: +ELLIPSIS
        --scheduler: must be tls://... of another machine, got 'tcp://10.0.0.7:8786': a scheduler...
        >>> Cluster("tcp://127.0.0.1:8786").faults()
        []
        """
        told = quoted(self.address)
        form = "must be an address such as tcp://127.0.0.1:8786 or tls://host:8786"
        try:
            parts = urlsplit(self.address if "://" in self.address else f"tcp://{self.address}")
            host, port, scheme = parts.hostname, parts.port, parts.scheme
        except ValueError:
            host, port, scheme = None, None, ""
        if scheme not in ("tcp", "tls") or not host or not port:
            return [Fault("--scheduler", None, "", f"{form}, got {told}")]
        found = []
        files = {"--tls-ca": self.tls_ca, "--tls-cert": self.tls_cert, "--tls-key": self.tls_key}
        for option, path in files.items():
            if path is not None and not path.is_file():
                found.append(Fault(option, None, "", f"must be a file, got {quoted(str(path))}"))
        if scheme == "tcp" and any(files.values()):
            must = f"must be tls://... with --tls-ca, --tls-cert or --tls-key, got {told}"
            found.append(Fault("--scheduler", None, "", must))
        elif scheme == "tcp" and not _is_loopback(host) and not self.unsafe:
            must = (
                f"must be tls://... of another machine, got {told}: a scheduler has no password, "
                "and whoever reaches it runs programs on its workers; --without-tls says that "
                "you know who can"
            )
            found.append(Fault("--scheduler", None, "", must))
        return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def run_on_cluster(
    asked: AskedSweep, numbers: Sequence[int], cluster: Cluster, task: Task = plan_task
) -> Iterator[Result]:
    """Yield the results of tasks as they come from the workers of a scheduler.

    The question goes to the scheduler once, as a task whose answer is the question: each worker
    fetches it once, and it can be had again when a worker that held it is gone. Tasks that the
    scheduler gives up, as they met the end of too many workers, are run again when all others are
    done, each alone; the one whose worker dies again has failed, and no other.

    Raises
    ------
    InputError
        If the address is none that one should connect to.
    ClusterError
        If no scheduler answers, none of its workers, or one with another program.
    """
    faults = cluster.faults()
    if faults:
        raise InputError(faults)
    with _connected(cluster) as client:
        _check_workers(client, asked, cluster.address)
        question = client.submit(_itself, asked, key=f"question-{asked.identity}", pure=False)
        given = _Given(client, asked, question, task)
        suspects: list[int] = []
        yield from _run(given, numbers, suspects)
        for number in suspects:
            lost: list[int] = []
            yield from _run(given, [number], lost, "-alone")
            if lost:
                yield Result(number, "failed", None, DIED)


@contextmanager
def _connected(cluster: Cluster) -> Iterator[Client]:
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        message = (
            "--scheduler needs the extra [cluster]: pip install 'contact-centre-planner[cluster]'"
        )
        raise ClusterError(message) from error
    try:
        with dask.config.set({_GRAPH: "100GB"}):
            client = Client(
                cluster.address,
                timeout=f"{ANSWERS_S}s",
                set_as_default=False,
                security=_security(cluster),
                name="planner-sweep",
            )
            try:
                yield client
            finally:
                client.close(timeout=ANSWERS_S)
    except (OSError, TimeoutError) as error:
        message = (
            f"{cluster.address}: a scheduler must answer within {ANSWERS_S} s, got: "
            f"{shortened(str(error)) or type(error).__name__}"
        )
        raise ClusterError(message) from error


def _security(cluster: Cluster) -> Any:  # noqa: ANN401
    from distributed import Security

    files = {
        "tls_ca_file": cluster.tls_ca,
        "tls_client_cert": cluster.tls_cert,
        "tls_client_key": cluster.tls_key,
    }
    told = {name: str(path) for name, path in files.items() if path is not None}
    if not cluster.address.startswith("tls://"):
        return None
    security = Security(require_encryption=True, **told)
    if not all(security.get_tls_config_for_role("client").get(f) for f in ("ca_file", "cert")):
        must = "must name files in PEM, here or in Dask's own configuration, got nothing"
        raise InputError([Fault("--tls-ca, --tls-cert, --tls-key", None, "", must)])
    return security


def _check_workers(client: Client, asked: AskedSweep, address: str) -> None:
    """Raise unless there are workers, all with the program that asks."""
    end = time.monotonic() + ANSWERS_S
    while not client.nthreads():
        if time.monotonic() > end:
            message = (
                f"{address}: the scheduler must have workers, got none within {ANSWERS_S} s: "
                "start some with dask worker, see docs/cluster.md"
            )
            raise ClusterError(message)
        time.sleep(0.1)
    found: dict[str, Any] = client.run(program_mark, on_error="return")
    for worker, mark in sorted(found.items()):
        if isinstance(mark, Exception):
            told = shortened(f"{type(mark).__name__}: {mark}")
            message = f"worker {worker} must have this program installed, got {told}"
            raise ClusterError(message)
        if mark != asked.program:
            message = (
                f"worker {worker} must run the same program, {asked.program}, got {mark}: install "
                "the same version with the same requirements there"
            )
            raise ClusterError(message)


def _itself(asked: AskedSweep) -> AskedSweep:
    return asked


class _Watch:
    """How many tasks workers can have at hand, and whether any is there, looked at now and then.

    Raises
    ------
    ClusterError
        If the scheduler is gone, or has had no worker for a minute.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._looked = self._seen = -math.inf
        self.room = 1

    def look(self) -> None:
        """Look, if the last time is long ago."""
        now = time.monotonic()
        if now - self._looked < _CHECK_S:
            return
        if self._client.status not in ("running", "connecting"):
            raise ClusterError(_GONE)
        threads = sum(self._client.nthreads().values())
        self.room, self._looked = max(threads, 1) * _AHEAD, now
        if threads or self._seen == -math.inf:
            self._seen = now
        elif now - self._seen > EMPTY_S:
            message = f"the scheduler must have workers, got none for {EMPTY_S} s"
            raise ClusterError(message)


@dataclass(frozen=True)
class _Given:
    client: Client
    asked: AskedSweep
    question: Future[AskedSweep]  # the same, where the workers have it
    task: Task

    def submit(self, number: int, key: str) -> Future[Result]:
        """Return the result of a task to come."""
        return self.client.submit(self.task, self.question, number, key=key, pure=False, retries=0)


def _run(
    given: _Given, numbers: Sequence[int], suspects: list[int], mark: str = ""
) -> Iterator[Result]:
    """Yield results as they come, and note the tasks that the scheduler gave up."""
    from distributed import as_completed

    waiting = iter(numbers)
    running: dict[str, int] = {}
    coming = as_completed(loop=given.client.loop)
    watch = _Watch(given.client)
    while True:
        watch.look()
        for number in islice(waiting, max(watch.room - len(running), 0)):
            key = f"plan-{given.asked.identity}-{number}{mark}"
            running[key] = number
            coming.add(given.submit(number, key))
        if not running:
            return
        ready = coming.next_batch(block=False)
        for future in ready:
            number = running.pop(str(future.key))
            result = _result(future, number)
            if result is None:
                suspects.append(number)
            else:
                yield result
        if not ready:
            time.sleep(_LOOK_S)


def _result(future: Future[Result], number: int) -> Result | None:
    """Return the result of a future that has come; None where its workers died."""
    from concurrent.futures import CancelledError

    from distributed.scheduler import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return None
    except WrongProgramError as error:
        message = f"a worker that came later {error}"
        raise ClusterError(message) from error
    except (CancelledError, asyncio.CancelledError) as error:
        raise ClusterError(_GONE) from error
    except OSError as error:
        message = f"{_GONE}: {shortened(str(error))}"
        raise ClusterError(message) from error
    except Exception as error:  # noqa: BLE001  such as what a worker cannot read
        return Result(number, "failed", None, shortened(f"{type(error).__name__}: {error}"))
