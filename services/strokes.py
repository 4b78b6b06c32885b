"""A drawn signature: the strokes a browser sends, checked, and the picture we make of them ourselves (R10)."""

from __future__ import annotations

import base64
import json
from typing import Any

from extensions import _l
from services.errors import DomainError

WIDTH, HEIGHT = 600, 200
MOST_POINTS = 4000
LEAST_POINTS = 8


def checked(text: str | None) -> str:
    """The strokes in their shortest form: lists of whole-numbered points inside the field. Raises DomainError for anything else."""
    refusal = DomainError(_l("Please sign in the field."), "strokes")
    try:
        lines = json.loads(text or "")
    except (ValueError, RecursionError) as error:
        raise refusal from error
    if not isinstance(lines, list) or not lines or not all(isinstance(line, list) for line in lines):
        raise refusal
    kept = [[_point(point, refusal) for point in line] for line in lines]
    if not LEAST_POINTS <= sum(map(len, kept)) <= MOST_POINTS:
        raise refusal
    return json.dumps(kept, separators=(",", ":"))


def _point(point: Any, refusal: DomainError) -> list[int]:
    if not isinstance(point, list) or len(point) != 2 or not all(isinstance(value, int | float) for value in point):
        raise refusal
    x, y = point
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise refusal
    return [round(x), round(y)]


def picture(text: str) -> str:
    """An SVG of stored strokes as a data address; drawn by us, never taken from a browser."""
    paths = "".join(f"<path d='M{' L'.join(f'{x} {y}' for x, y in line)}'/>" for line in json.loads(text) if line)
    svg = (f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}'>"
           f"<g fill='none' stroke='#12318a' stroke-width='6' stroke-linecap='round' stroke-linejoin='round'>{paths}</g></svg>")
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
