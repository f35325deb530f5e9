"""JWK sets (RFC 7517): where the public keys of an issuer come from, and when they are read again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic_core import from_json

from ..errors import SetupError
from .jwt_keys import algorithms_known, keys_of, pick

if TYPE_CHECKING:
    from os import PathLike

    from joserfc.jwa import JWSAlgModel
    from joserfc.jwk import Key

logger = logging.getLogger("restlite")

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
#: Bytes of a set; those of large issuers have some 10,000.
_MAX_BYTES = 1 << 20


class JWKSError(Exception):
    """Say that a JWK set could not be read."""


class JWKS:
    """Give the keys that tokens name by ``kid``: from a mapping, a file or a URL.

    .. code-block:: python

        keys = JWKS.url("https://login.example.com/.well-known/jwks.json")
        bearer = Bearer(JWTVerifier(algorithms=["RS256"], issuer=..., audience=..., jwks=keys))

    One set may serve several verifiers. Keys of another type, use or algorithm than a verifier's are ignored.
    """

    def __init__(self, keys: tuple[Key, ...] = ()) -> None:
        algorithms_known()
        self._keys = keys

    @staticmethod
    def of(document: Mapping[str, Any]) -> JWKS:
        """Take the keys of a parsed JWK set. Raises :class:`SetupError`."""
        algorithms_known()
        try:
            return JWKS(keys_of(document))
        except ValueError as error:
            raise SetupError(f"the mapping is {error}.", mend='JWKS.of({"keys": [jwk]})') from None

    @staticmethod
    def file(path: str | PathLike[str]) -> JWKS:
        """Read a file now, and again when it is written anew; it is kept where that fails.

        Raises :class:`SetupError` where it cannot be read now.
        """
        return _FileJWKS(Path(path))

    @staticmethod
    def url(
        url: str,
        *,
        cache: float = 300,
        cooldown: float = 30,
        timeout: float = 5,
        clock: Callable[[], float] = time.monotonic,
    ) -> JWKS:
        """Fetch a set at first use, again when it is old, and when a token names a key that is not in it.

        One thread fetches while others use the keys of before, which are kept where fetching fails. Where the
        first fetch fails, :class:`JWKSError` is raised: the answer is a 500. Redirects are refused.

        :param cache: seconds after which a set is old.
        :param cooldown: seconds between two fetches at least, whatever tokens name.
        :param timeout: seconds of waiting for each answer of the network.
        :param clock: gives seconds that never go back.
        """
        return _RemoteJWKS(_checked(url), (cache, cooldown, timeout), clock)

    def find(self, kid: str | None, algorithm: JWSAlgModel) -> Key | None:
        """Give the key that a token names; of those that fit, the only one where it names none."""
        found = pick(self.current(), kid, algorithm)
        if found is None and kid is not None:
            found = pick(self.renewed(), kid, algorithm)
        return found

    def current(self) -> tuple[Key, ...]:
        """Give the keys of now. Raises :class:`JWKSError`."""
        return self._keys

    def renewed(self) -> tuple[Key, ...]:
        """Give the keys after a look at the source: a token names one that is not among them."""
        return self._keys

    @property
    def ready(self) -> bool:
        """Tell whether the keys are known before the first request."""
        return True


class _FileJWKS(JWKS):
    """Read the keys of a file whenever it has changed."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        try:
            self._seen = self._stamp()
            self._keys = self._read()
        except JWKSError as error:
            raise SetupError(f"{error}.", mend='JWKS.file("jwks.json")') from None

    def current(self) -> tuple[Key, ...]:
        try:
            stamp = self._stamp()
            if stamp != self._seen:
                # Noted first: a broken file is read, and logged, once.
                self._seen = stamp
                self._keys = self._read()
        except JWKSError as error:
            logger.warning("%s; the keys of before are kept.", error)
        return self._keys

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise JWKSError(f"the JWK set {self._path} cannot be read: {error}") from None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> tuple[Key, ...]:
        try:
            return keys_of(from_json(self._path.read_bytes()))
        except (OSError, ValueError) as error:
            raise JWKSError(f"the JWK set {self._path} cannot be read: {error}") from None


class _RemoteJWKS(JWKS):
    """Fetch the keys of a URL."""

    def __init__(self, url: str, times: tuple[float, float, float], clock: Callable[[], float]) -> None:
        super().__init__()
        self._url = url
        self._cache, self._cooldown, self._timeout = times
        self._clock = clock
        self._lock = Lock()
        self._fetched: float | None = None
        self._tried = 0.0
        #: How often a fetch has failed, and why the last one did.
        self._failures = 0
        self._error = ""

    @property
    def ready(self) -> bool:
        return False

    def current(self) -> tuple[Key, ...]:
        if self._fetched is None:
            return self._first()
        return self._keys if self._clock() - self._fetched < self._cache else self.renewed()

    def _first(self) -> tuple[Key, ...]:
        """Fetch while all others wait; those who waited for a failure share it."""
        failures = self._failures
        with self._lock:
            if self._fetched is None:
                if self._failures != failures:
                    raise JWKSError(self._error)
                self._fetch()
            return self._keys

    def renewed(self) -> tuple[Key, ...]:
        if self._lock.acquire(blocking=False):
            try:
                if self._clock() - self._tried >= self._cooldown:
                    self._fetch()
            except JWKSError as error:
                logger.warning("%s; the keys of before are kept.", error)
            finally:
                self._lock.release()
        return self._keys

    def _fetch(self) -> None:
        self._tried = self._clock()
        try:
            self._keys = keys_of(from_json(_download(self._url, self._timeout)))
        except (OSError, ValueError) as error:
            self._failures += 1
            self._error = f"the JWK set {self._url} cannot be fetched: {error}"
            raise JWKSError(self._error) from None
        self._fetched = self._clock()


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return url
    there = f"{parts.netloc}{parts.path}" if parts.netloc else "login.example.com/.well-known/jwks.json"
    raise SetupError(
        f"the JWK set {url!r} has no https URL: whoever is on the way could put in a key.",
        mend=f'JWKS.url("https://{there}")',
    )


def _download(url: str, timeout: float) -> bytes:
    from http.client import HTTPException
    from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

    # Made of few parts: it follows no redirects, and reads no file: and no ftp: URLs.
    opener = OpenerDirector()
    proxies: dict[str, str] | None = {} if urlsplit(url).hostname in _LOOPBACK else None
    for handler in (ProxyHandler(proxies), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    try:
        request = Request(url, headers={"Accept": "application/jwk-set+json, application/json"})
        with opener.open(request, timeout=timeout) as response:
            if response.status != 200:
                raise ValueError(f"the answer is of status {response.status}")
            content: bytes = response.read(_MAX_BYTES + 1)
    except HTTPException as error:
        raise ValueError(f"the answer is no HTTP: {type(error).__name__}") from None
    if len(content) > _MAX_BYTES:
        raise ValueError(f"the answer has more than {_MAX_BYTES} bytes")
    return content
