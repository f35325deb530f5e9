"""One operation: what it does, what it takes and answers, how a request and its answers look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from ..reader import Document, OperationRecord
from .contents import Entry, content_of, entry_of
from .curl import Request, request_of
from .markup import Html, code, element, join, slug
from .plain import is_object
from .prose import first_line, link, prose, spans
from .samples import examples_of, listing
from .security import asked
from .shapes import Shapes
from .trying import Trial

_PLACES = {
    "path": "Path",
    "query": "Query",
    "querystring": "Query",
    "header": "Header fields",
    "cookie": "Cookies",
}
#: Options of a form's part (OpenAPI 3.1, 4.8.15) and how they are said.
_PARTS = {
    "contentType": "sent as",
    "style": "style",
    "explode": "explode",
    "allowReserved": "reserved allowed",
}


class Operations:
    """Write the operations of one document."""

    def __init__(self, document: Document, server: str) -> None:
        self._document = document
        self._server = server
        self._shapes = Shapes(document)
        self._trial = Trial(document)

    def article(self, entry: Entry) -> Html:
        """Write an operation: words on the left, code on the right."""
        deprecated = entry.operation.get("deprecated") is True
        return element(
            "article",
            element("h3", element("a", spans(entry.title), href=f"#{entry.anchor}")),
            endpoint(entry),
            element(
                "div",
                element("div", *self._reading(entry), class_="reading"),
                self._aside(entry),
                class_="columns",
            ),
            id=entry.anchor,
            class_="operation deprecated" if deprecated else "operation",
        )

    def _reading(self, entry: Entry) -> Iterator[Html | None]:
        operation = entry.operation
        if operation.get("deprecated"):
            yield element("p", "Deprecated: it will go away.", class_="warning")
        yield element("div", prose(operation.get("description")), class_="prose")
        yield _more(operation)
        if not entry.outgoing:
            yield asked(entry.security)
        yield from self._parameters(entry)
        yield from self._body(entry)
        yield from self._answers(entry)
        yield from self._callbacks(entry)

    def _parameters(self, entry: Entry) -> Iterator[Html]:
        for place, title in _PLACES.items():
            rows = [self._parameter(each) for each in entry.parameters if each["in"] == place]
            if rows:
                yield element("h4", title)
                yield element("ul", *rows, class_="rows")

    def _parameter(self, parameter: Mapping[str, Any]) -> Html:
        media_type, media = next(iter(content_of(self._document, parameter).items()), ("", parameter))
        schema = media.get("schema", True)
        return self._shapes.row(
            join(
                code(parameter["name"], class_="name deprecated" if parameter.get("deprecated") else "name"),
                element("span", media_type, class_="media") if media_type else None,
            ),
            _with_description(schema, parameter),
            (),
            required=parameter.get("required") is True,
        )

    def _body(self, entry: Entry) -> Iterator[Html]:
        if entry.body:
            required = element("span", "required", class_="required") if entry.body.get("required") else None
            yield element("h4", "Body", required)
            yield element("div", prose(entry.body.get("description")), class_="prose")
            yield from self._content(entry.body, set())

    def _content(self, holder: Mapping[str, Any], shown: set[str]) -> Iterator[Html]:
        """Write media types; those of one schema together, and one ``shown`` before by its line alone."""
        groups: dict[str, tuple[list[str], Any]] = {}
        for media_type, media in content_of(self._document, holder).items():
            key = repr(media.get("schema", media.get("itemSchema")))
            groups.setdefault(key, ([], media))[0].append(media_type)
        for key, (media_types, media) in groups.items():
            schema = media.get("schema", media.get("itemSchema"))
            types = join(*(element("span", each, class_="media") for each in media_types))
            if "itemSchema" in media:
                yield element("p", "A stream, of which each item is", class_="line quiet")
            if schema is None:
                yield element("p", types, class_="line")
            elif key in shown:
                yield self._shapes.line(schema, types)
            else:
                yield element("div", self._shapes.full(schema, (), types), class_="schema")
            shown.add(key)
            yield from self._encodings(media.get("encoding", {}))

    def _encodings(self, encoding: Mapping[str, Any]) -> Iterator[Html]:
        for name, options in encoding.items():
            said = [
                join(f"{words} ", code(str(options[key]))) for key, words in _PARTS.items() if key in options
            ]
            yield element("p", code(name, class_="name"), " ", join(*said, by=", "), class_="limits")

    def _answers(self, entry: Entry) -> Iterator[Html]:
        answers = entry.operation.get("responses", {})
        if answers:
            yield element("h4", "Answers")
        shown: set[str] = set()
        for status, given in answers.items():
            answer = self._document.resolve(given)
            said = first_line(answer.get("description") or answer.get("summary") or _phrase(status))
            inside = [*self._headers(answer), *self._content(answer, shown), *_links(answer)]
            summary = join(_status(status), " ", element("span", said, class_="prose"))
            if inside:
                details = element("div", *inside, class_="inside")
                first = status == next(iter(answers))
                yield element("details", element("summary", summary), details, class_="answer", open=first)
            else:
                yield element("p", summary, class_="answer")

    def _headers(self, answer: Mapping[str, Any]) -> Iterator[Html]:
        rows = [
            self._parameter({"name": name, **self._document.resolve(given)})
            for name, given in answer.get("headers", {}).items()
        ]
        if rows:
            yield element("ul", *rows, class_="rows headers")

    def _callbacks(self, entry: Entry) -> Iterator[Html]:
        """Write what the API sends back later; each callback names its URLs by an expression."""
        for name, given in entry.operation.get("callbacks", {}).items():
            for url, item in self._document.resolve(given).items():
                for method, operation in item.items():
                    if not is_object(operation) or method.startswith("x-"):
                        continue
                    record = OperationRecord("", url, method.upper(), dict(operation), item)
                    sent = entry_of(self._document, record, outgoing=True)
                    yield element("h4", "Callback ", code(name))
                    yield endpoint(sent)
                    yield element("div", *self._reading(sent), class_="schema")

    def _aside(self, entry: Entry) -> Html:
        request = request_of(self._document, entry)
        parts = [] if entry.outgoing else [self._trial.form(entry), self._curl(entry, request)]
        samples = join(*self._samples(entry))
        parts.append(element("div", samples, class_="samples panel") if samples else samples)
        return element("aside", *parts, aria_label=f"Examples of {entry.title}")

    def _curl(self, entry: Entry, request: Request) -> Html:
        written = element("code", request.curl(self._server))
        return element(
            "figure",
            element(
                "figcaption", "Request", element("button", "Copy", type="button", class_="copy scripted")
            ),
            element("pre", written, tabindex="0", data_curl=entry.anchor, aria_label="curl command"),
            class_="panel",
        )

    def _samples(self, entry: Entry) -> Iterator[Html]:
        """Write a sample of every answer that has one; one is open at a time, without a script."""
        shown = ""
        if entry.outgoing:
            yield from self._panels(slug("sample", entry.anchor), "sent", entry.body, shown="sent")
        for status, given in entry.operation.get("responses", {}).items():
            shown = shown or status
            answer = self._document.resolve(given)
            yield from self._panels(slug("sample", entry.anchor), status, answer, shown)

    def _panels(self, group: str, status: str, holder: Mapping[str, Any], shown: str) -> Iterator[Html]:
        for media_type, media in content_of(self._document, holder).items():
            for name, value in examples_of(self._document, media, "answer").items():
                text = listing(value) if "json" in media_type or not isinstance(value, str) else value
                label = element("span", media_type if name == "Example" else name, class_="quiet")
                yield element(
                    "details",
                    element("summary", _status(status), " ", label),
                    element("pre", element("code", text), tabindex="0", aria_label=f"Example of {status}"),
                    name=group,
                    open=status == shown,
                )
                shown = ""


def endpoint(entry: Entry) -> Html:
    """Write method and path, the parameters of the path marked."""
    steps = [
        element("var", step) if step.startswith("{") else step
        for step in entry.path.replace("{", "\0{").replace("}", "}\0").split("\0")
    ]
    return element("p", method(entry.method), " ", element("code", *steps, class_="path"), class_="endpoint")


def method(name: str) -> Html:
    """Write a method as a badge."""
    return element("span", name, class_=f"method {slug(name.lower())}")


def _status(status: str) -> Html:
    return element("span", status, class_=f"status s{status[:1].lower()}")


def _phrase(status: str) -> str:
    known = {str(each.value): each.phrase for each in HTTPStatus}
    return known.get(status, "Any other answer" if status == "default" else "")


def _with_description(schema: Any, parameter: Mapping[str, Any]) -> Any:
    """Let a parameter's own description and example stand before those of its schema."""
    shown = dict(schema) if is_object(schema) else {}
    if "description" in parameter:
        shown["description"] = parameter["description"]
    if "example" in parameter:
        shown["examples"] = [parameter["example"]]
    return shown


def _more(holder: Mapping[str, Any]) -> Html | None:
    docs = holder.get("externalDocs")
    if not docs:
        return None
    return element("p", link(docs["url"], docs.get("description") or docs["url"]), class_="line")


def _links(answer: Mapping[str, Any]) -> Iterator[Html]:
    for name, target in answer.get("links", {}).items():
        operation = target.get("operationId")
        to = (
            element("a", operation, href=f"#{slug('operation', operation)}")
            if operation
            else code(str(target.get("operationRef", target.get("$ref"))))
        )
        filled = (
            join(code(key), " from ", code(str(value))) for key, value in target.get("parameters", {}).items()
        )
        yield element(
            "p", "Link ", code(name, class_="name"), " to ", to, " ", join(*filled, by=", "), class_="limits"
        )
