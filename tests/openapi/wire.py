"""A plain reading of a document, as the judge of ``diff``: what it takes, and what it may give.

Strict: what is not described is refused, also a query parameter, a header, a status.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from restlite.openapi.reader import Document
from restlite.openapi.validation import Validators

JSON = "application/json"
MISSING = object()
RESERVED = ":/?#[]@!$&'()*+;="
Node = dict[str, Any]


class Request(NamedTuple):
    """Hold a request as it would be written."""

    method: str = "POST"
    path: str = "/books/1"
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    body: Any = MISSING
    media_type: str = JSON
    #: What the client has: "http bearer", "http bearer:read", "apiKey header x-key".
    credentials: tuple[str, ...] = ("http bearer", "http bearer:read")
    server: str = ""


class Answer(NamedTuple):
    """Hold an answer; without a media type it has no body."""

    status: str = "200"
    media_type: str = ""
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "POST"
    path: str = "/books/1"


class Reader:
    """Judge messages by one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.validators = Validators(document)

    def takes(self, request: Request) -> bool:
        """Tell whether a request is one that the document describes."""
        for item, operation, in_path in self._operations(request.method, request.path):
            parameters = self._parameters(item, operation)
            sent = {
                "path": list(in_path.items()),
                "query": list(request.query),
                "header": [(name.lower(), value) for name, value in request.headers],
                "cookie": list(request.cookies),
            }
            return (
                all(self._described(parameters, place, pairs) for place, pairs in sent.items())
                and all(self._fits(parameter, sent) for parameter in parameters)
                and self._takes_body(operation, request)
                and self._trusts(operation, request)
                and self._serves(item, operation, request)
            )
        return False

    def gives(self, answer: Answer) -> bool:
        """Tell whether an answer is one that the document describes."""
        for _, operation, _ in self._operations(answer.method, answer.path):
            answers = {str(key).upper(): value for key, value in operation["responses"].items()}
            for status in (answer.status, f"{answer.status[0]}XX", "DEFAULT"):
                if status in answers:
                    return self._is_answer(self.document.resolve(answers[status]), answer)
        return False

    def offers(self, answer: Answer) -> bool:
        """Tell whether a client that asks for a media type gets it."""
        for _, operation, _ in self._operations(answer.method, answer.path):
            return answer.media_type in operation["responses"].get(answer.status, {}).get("content", {})
        return False

    def _operations(
        self, method: str, path: str
    ) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, str]]]:
        for template, item in self.document.data.get("paths", {}).items():
            names = re.findall(r"\{(\w+)\}", template)
            found = re.fullmatch(re.sub(r"\{\w+\}", "([^/]+)", template), path)
            item = self.document.resolve(item)
            operation = item.get(method.lower(), item.get("additionalOperations", {}).get(method))
            if found and operation is not None:
                yield item, operation, dict(zip(names, found.groups(), strict=True))

    def _parameters(self, item: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for given in (*item.get("parameters", ()), *operation.get("parameters", ())):
            parameter = self.document.resolve(given)
            name = parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
            found[parameter["in"], name] = parameter | {"name": name}
        return list(found.values())

    def _described(self, parameters: list[dict[str, Any]], place: str, pairs: list[tuple[str, str]]) -> bool:
        names = {parameter["name"] for parameter in parameters if parameter["in"] == place}
        return all(name in names for name, _ in pairs)

    def _fits(self, parameter: dict[str, Any], sent: dict[str, list[tuple[str, str]]]) -> bool:
        texts = [value for name, value in sent[parameter["in"]] if name == parameter["name"]]
        if not texts:
            return not parameter.get("required")
        if "" in texts:
            return bool(parameter.get("allowEmptyValue"))
        schema = self.document.resolve(parameter.get("schema", {}))
        guarded = parameter["in"] == "query" and not parameter.get("allowReserved")
        if guarded and any(each in text for text in texts for each in RESERVED):
            return False
        if "content" in parameter:
            ((media_type, content),) = parameter["content"].items()
            read = _json(texts[0])
            return media_type == JSON and read is not MISSING and self._valid(content["schema"], read)
        if schema.get("type") == "array":
            mark = {"pipeDelimited": "|", "spaceDelimited": " "}.get(parameter.get("style", ""), ",")
            exploded = parameter.get("explode", parameter.get("style", "form") == "form")
            if not exploded and (
                len(texts) > 1 or not re.fullmatch(r"[^|, ]*" + f"([{mark}][^|, ]*)*", texts[0])
            ):
                return False
            texts = texts if exploded else texts[0].split(mark)
            return self._valid(schema, texts)
        return len(texts) == 1 and self._valid_text(schema, texts[0])

    def _valid_text(self, schema: Any, text: str) -> bool:
        read = _json(text)
        return self._valid(schema, text) or (isinstance(read, int | float) and self._valid(schema, read))

    def _takes_body(self, operation: dict[str, Any], request: Request) -> bool:
        body = self.document.resolve(operation.get("requestBody"))
        if body is None:
            return request.body is MISSING
        if request.body is MISSING:
            return not body.get("required", False)
        content = body["content"]
        for name in (request.media_type, f"{request.media_type.partition('/')[0]}/*", "*/*"):
            if name in content:
                return self._valid(content[name].get("schema", True), request.body)
        return False

    def _is_answer(self, described: dict[str, Any], answer: Answer) -> bool:
        sent = {name.lower(): value for name, value in answer.headers}
        for name, header in described.get("headers", {}).items():
            if name.lower() not in sent:
                if header.get("required"):
                    return False
            elif not self._valid_text(header.get("schema", True), sent[name.lower()]):
                return False
        if not answer.media_type:
            return True
        content = described.get("content", {})
        for name in (answer.media_type, f"{answer.media_type.partition('/')[0]}/*"):
            if name in content:
                return self._valid(content[name].get("schema", True), answer.body, "response")
        return False

    def _trusts(self, operation: dict[str, Any], request: Request) -> bool:
        schemes = self.document.data.get("components", {}).get("securitySchemes", {})
        demanded = operation.get("security", self.document.data.get("security", [])) or [{}]
        has = set(request.credentials)
        return any(
            all(
                {(name := _scheme(schemes[key])), *(f"{name}:{scope}" for scope in scopes)} <= has
                for key, scopes in alternative.items()
            )
            for alternative in demanded
        )

    def _serves(self, item: dict[str, Any], operation: dict[str, Any], request: Request) -> bool:
        levels = (operation, item, self.document.data)
        servers = next((level["servers"] for level in levels if "servers" in level), [{"url": ""}])
        for server in servers:
            pattern = server["url"].rstrip("/")
            for name, variable in server.get("variables", {}).items():
                pattern = pattern.replace(f"{{{name}}}", f"({'|'.join(variable.get('enum', ['[^/]*']))})")
            if re.fullmatch(pattern, request.server):
                return True
        return False

    def _valid(self, schema: Any, value: Any, direction: Any = "request") -> bool:
        return self.validators.of(schema, f"/at/{id(schema)}", direction).accepts(value)


def _scheme(scheme: dict[str, Any]) -> str:
    words = {"apiKey": ("in", "name"), "http": ("scheme",), "openIdConnect": ("openIdConnectUrl",)}
    said = [scheme["type"], *(scheme[word].lower() for word in words.get(scheme["type"], ()))]
    said += sorted(f"{flow} {given['tokenUrl']}" for flow, given in scheme.get("flows", {}).items())
    return " ".join(said)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return MISSING
