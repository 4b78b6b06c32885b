"""Amounts in Chinese capitals, as receipts and quotations print them: `壹仟零伍元零陆分`."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def in_words(amount: Decimal | int) -> str:
    """An amount of yuan below 10^16, to the fen, in capitals; a negative one begins with 负."""
    fen = int((Decimal(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    sign, fen = ("负" if fen < 0 else ""), abs(fen)
    yuan, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif cent and yuan:
        text += "零"
    if cent:
        return sign + text + f"{DIGITS[cent]}分"
    return sign + (text or "零元") + "整"


def _whole(number: int) -> str:
    parts, group = [], 0
    while number:
        four, number = number % 10_000, number // 10_000
        if four:
            parts.append((four, group))
        group += 1
    text, last = "", None
    for four, place in reversed(parts):
        if last is not None and (four < 1000 or last - place > 1):
            text += "零"
        text += _four(four) + GROUPS[place]
        last = place
    return text


def _four(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + PLACES[place]
        gap = not digit
    return text
