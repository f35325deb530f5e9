"""One typed route table: serve it, document it, mock it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import Accepted as Accepted
from .answers import Answer as Answer
from .answers import Created as Created
from .answers import NoContent as NoContent
from .answers import SetCookie as SetCookie
from .app import App as App
from .background import Background as Background
from .depends import Depends as Depends
from .errors import BadRequest as BadRequest
from .errors import Conflict as Conflict
from .errors import ErrorFormat as ErrorFormat
from .errors import Forbidden as Forbidden
from .errors import Gone as Gone
from .errors import Invalid as Invalid
from .errors import NotFound as NotFound
from .errors import PreconditionFailed as PreconditionFailed
from .errors import Problem as Problem
from .errors import SetupError as SetupError
from .errors import TooManyRequests as TooManyRequests
from .errors import Unauthorized as Unauthorized
from .files import FileAnswer as FileAnswer
from .files import Upload as Upload
from .links import link as link
from .params import Body as Body
from .params import Cookie as Cookie
from .params import File as File
from .params import Form as Form
from .params import Header as Header
from .params import In as In
from .params import Path as Path
from .params import Query as Query
from .routing import Resource as Resource
from .routing import Router as Router
from .state import State as State
from .state import StateKey as StateKey
from .streams import Event as Event
from .wrappers import Request as Request
from .wrappers import Response as Response

if TYPE_CHECKING:
    from .http.paging import Page as Page
    from .http.patch import Patch as Patch
else:  # few apps need them, and they cost time to import

    def __getattr__(name: str) -> object:
        if name not in ("Page", "Patch"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import http

        return getattr(http, name)
