"""`lodge evaluate`: the figures of a run in the terminal, and how far a chance can be trusted as a picture."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.evaluation import Outcome, Report

TENTHS = 10
_SIZE, _EDGE = 640, 70
_INK, _PALE, _BAR, _ALARM = (31, 41, 51), (201, 209, 217), (31, 58, 95), (176, 58, 46)


def printed(report: Report) -> str:
    """Every figure with its interval; whoever says yes wrongly is named."""
    lines = [f"{len(report.outcomes)} questions. Rates with their 95 % interval (Wilson).", ""]
    for name, share in report.shares.items():
        low, high = share.interval
        said = (
            f"{share.rate:6.1%}  {share.hits:4d} of {share.of:<4d} {low:6.1%} to {high:6.1%}"
            if share.of
            else "     –  none asked"
        )
        lines.append(f"{name:36} {said}")
    lines += ["", f"{'wrong yes':36} {len(report.wrong_yes):6d}  {', '.join(report.wrong_yes)}"]
    lines.append(f"{'time of an answer':36} p50 {report.p50_ms:.2f} ms, p99 {report.p99_ms:.2f} ms")
    lines.append(f"{'memory of this process':36} {report.memory_mb:6.0f} MB")
    return "\n".join(lines)


def errors(report: Report) -> Iterator[str]:
    """Each question that went wrong somewhere, with what was wanted and what came."""
    for each in report.outcomes:
        if wrong := _wrong(each):
            wanted = f"wanted {'/'.join(sorted(each.asked.rulings))} on {', '.join(each.asked.gold) or '–'}"
            came = (
                f"came {each.ruling or each.answer.kind} on {', '.join(each.cited[:3]) or '–'} ({each.answer.card or 'no card'})"
            )
            yield f"{', '.join(wrong)} · {each.asked.id} · {each.asked.text}\n    {wanted}; {came}"


def _wrong(each: Outcome) -> list[str]:
    asked = each.asked
    found = {
        "WRONG YES": each.wrong_yes,
        "ruling": asked.ruling != "not_covered" and not each.right,
        "clause": bool(asked.gold) and not each.first_right,
        "covered after all": asked.ruling == "not_covered" and each.ruling != "not_covered",
        "DANGER MISSED": asked.danger and not each.warned,
        "false alarm": each.warned and each.harmless,
        "flow": not each.flow_right,
    }
    return [name for name, holds in found.items() if holds]


def calibration(outcomes: Sequence[Outcome]) -> list[tuple[float, float, int]]:
    """For each tenth of the chance that rulings were given: the mean chance, how many of them were right, and of how many."""
    given = [each for each in outcomes if each.answer.chance > 0]
    tenths = [[each for each in given if min(TENTHS - 1, int(each.answer.chance * TENTHS)) == tenth] for tenth in range(TENTHS)]
    return [
        (sum(each.answer.chance for each in held) / len(held), sum(each.right for each in held) / len(held), len(held))
        for held in tenths
        if held
    ]


def plot(report: Report, path: Path) -> None:
    """Draw the calibration into a PNG: on the line, a chance is what it says. Raises ``ModuleNotFoundError`` without Pillow."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (_SIZE, _SIZE), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((_EDGE, 20), "How often a ruling is right, by the chance it was given", _INK)
    for tenth in range(0, TENTHS + 1, 2):
        share = tenth / TENTHS
        draw.line([_at(0, share), _at(1, share)], _PALE)
        draw.text((_EDGE - 40, _at(0, share)[1] - 6), f"{share:.0%}", _INK)
        draw.text((_at(share, 0)[0] - 12, _SIZE - _EDGE + 10), f"{share:.0%}", _INK)
    draw.line([_at(0, 0), _at(1, 1)], _ALARM, 2)
    for chance, right, count in calibration(report.outcomes):
        x, y = _at(chance, right)
        radius = 4 + min(14, count**0.5)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=_BAR)
        draw.text((x + radius + 4, y - 6), str(count), _INK)
    draw.text((_EDGE, _SIZE - 30), "chance given (numbers: how many rulings)", _INK)
    picture.save(path)


def _at(chance: float, right: float) -> tuple[float, float]:
    span = _SIZE - 2 * _EDGE
    return _EDGE + chance * span, _SIZE - _EDGE - right * span
