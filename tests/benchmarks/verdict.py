"""From ratios to what holds: the bars, the control, the peers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median
from typing import NamedTuple

from .pairing import Ratios
from .workloads import FLAT, SIZES, WORK, routing

#: What restlite over WSGI, and over ASGI, is to be ahead of.
WSGI_PEERS = ("falcon_tuned", "blacksheep_tuned")
ASGI_PEERS = ("starlette_usual", "litestar_usual", "fastapi_usual")
PEERS = WSGI_PEERS + ASGI_PEERS
_ROUTING = tuple(routing(SIZES[0]))
#: Without list and errors, which those leave to pydantic-core.
AHEAD = ("W1", "W2", "W3", *_ROUTING)
CONTROL = (0.97, 1.03)
UNUSED = 1.03


class Verdict(NamedTuple):
    """Hold one bar, what was measured, and whether it holds."""

    bar: str
    figure: str
    held: bool


def control_holds(ratios: Ratios) -> bool:
    """Tell whether the limit, measured against itself, reads 1; if not, no other figure counts."""
    return CONTROL[0] <= median(ratios["control"].values()) <= CONTROL[1]


def bar_of(key: str) -> float:
    """Give the ratio that restlite may take."""
    if key in WORK:
        return WORK[key].bar
    return routing(int(key.rpartition(" ")[2]))[key].bar


def verdicts(ratios: Ratios, slack: float = 1.0) -> Iterator[Verdict]:
    """Hold ratios to all bars; ``slack`` widens them."""
    own, figure = ratios["restlite_wsgi"], median(ratios["control"].values())
    yield Verdict("the limit against itself, 0.97 to 1.03", f"{figure:.2f}", control_holds(ratios))
    for key, ratio in own.items():
        bar = bar_of(key)
        yield Verdict(f"{key}: at most {bar} x the limit", f"{ratio:.2f}", ratio <= bar * slack)
    yield from flat(own, slack)
    costs = {key: ratio / own[key] for key, ratio in ratios.get("restlite_unused", {}).items() if key in own}
    if costs:
        cost = median(costs.values())
        told = ", ".join(f"{key} {ratio:.2f}" for key, ratio in costs.items())
        bar = f"with everything on another router: at most {UNUSED} x as much"
        yield Verdict(bar, f"{cost:.2f} ({told})", cost <= UNUSED * slack)
    for peer in WSGI_PEERS:
        yield from ahead(own, ratios.get(peer, {}), peer, AHEAD)
    for peer in ASGI_PEERS:
        yield from ahead(ratios.get("restlite_asgi", {}), ratios.get(peer, {}), peer, (*WORK, *_ROUTING))


def flat(own: Mapping[str, float], slack: float) -> Iterator[Verdict]:
    """Hold few routes and many to each other."""
    kinds: dict[str, list[float]] = {}
    for key, ratio in own.items():
        if key.startswith("W6"):
            kinds.setdefault(key.partition(",")[0], []).append(ratio)
    for kind, taken in kinds.items():
        growth = max(taken) / min(taken)
        yield Verdict(f"{kind}: few and many routes within 15 %", f"{growth:.2f}", growth <= FLAT * slack)


def ahead(
    own: Mapping[str, float], theirs: Mapping[str, float], peer: str, keys: tuple[str, ...]
) -> Iterator[Verdict]:
    """Hold restlite to a peer measured in the same run."""
    both = [key for key in keys if key in own and key in theirs]
    if both:
        behind = [f"{key} {own[key]:.2f} > {theirs[key]:.2f}" for key in both if own[key] > theirs[key]]
        gateway = "WSGI" if peer in WSGI_PEERS else "ASGI"
        yield Verdict(f"{gateway}: ahead of {peer.partition('_')[0]}", ", ".join(behind) or "all", not behind)


def tables(ratios: Ratios, slack: float = 1.0) -> str:
    """Write all ratios, then all bars, as Markdown."""
    keys = list(dict.fromkeys(key for taken in ratios.values() for key in taken))
    lines = [f"| x the limit | {' | '.join(keys)} |", "|---" * (len(keys) + 1) + "|"]
    for name, taken in ratios.items():
        cells = [f"{taken[key]:.2f}" if key in taken else "-" for key in keys]
        lines.append(f"| {name.replace('_', ' ')} | {' | '.join(cells)} |")
    lines += ["", "| bar | figure | pass |", "|---|---|---|"]
    lines += [
        f"| {verdict.bar} | {verdict.figure} | {'yes' if verdict.held else '**no**'} |"
        for verdict in verdicts(ratios, slack)
    ]
    return "\n".join(lines)
