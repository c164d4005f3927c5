"""The `lodge` command and all its verbs. What is heavy is imported where it is used."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from handlers.roles import College
    from knowledge.answer import Answer, Answers
    from knowledge.evaluation import Report

cli = typer.Typer(
    help="Lodge: the college's porter in chat. Ask it what the Social Media Policy allows.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
cards = typer.Typer(help="The answer cards in knowledge/rulings.", no_args_is_help=True)
cli.add_typer(cards, name="cards")
policy = typer.Typer(help="The policy itself.", no_args_is_help=True)
cli.add_typer(policy, name="policy")
register = typer.Typer(help="The College's official accounts.")
cli.add_typer(register, name="register")
semantic = typer.Typer(help="The optional encoder, which reads what a question means beside its words.", no_args_is_help=True)
cli.add_typer(semantic, name="semantic")
CORRECTABLE = 2


def main() -> None:
    """The `lodge` command."""
    cli()


@cli.command()
def ask(
    question: Annotated[list[str] | None, typer.Argument(help="Your question.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    batch: Annotated[Path | None, typer.Option(help="Read JSON lines (text, optional previous); write JSON lines.")] = None,
    previous: Annotated[str, typer.Option(help="The question before, where this one follows on from it.")] = "",
) -> None:
    """What the policy says: a ruling, the clause word for word, and what to do next."""
    if batch is not None:
        _ask_batch(batch)
    elif not question or not " ".join(question).strip():
        _stop(['Ask something: lodge ask "can I friend a former student?"'])
    elif as_json:
        print(json.dumps(plain(_answers().answer(" ".join(question), previous)), ensure_ascii=False))
    else:
        from bot.terminal import printed

        print(printed(_answers().answer(" ".join(question), previous), _college(_settings()), sys.stdout))


def plain(answer: "Answer") -> dict[str, Any]:
    """An answer as `--json` prints it: the public contract."""
    return {
        "text": answer.text,
        "ruling": answer.ruling,
        "answer": answer.answer,
        "citations": [
            {"clause": each.clause, "heading": each.heading, "quote": each.text, "policy": each.policy, "version": each.version}
            for each in answer.citations
        ],
        "flow": answer.flow,
        "danger": answer.danger,
        "danger_page": answer.danger_page,
        "nearest": list(answer.nearest),
        "further": [plain(other) for other in answer.further],
    }


def _ask_batch(path: Path) -> None:
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if str(path) != "-" else sys.stdin.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        _stop([f"{path} cannot be read ({error.__class__.__name__}). Name a file of JSON lines, in UTF-8."])
    answers = _answers()
    for number, line in enumerate(lines, 1):
        print(json.dumps(_ask_line(answers, line, number), ensure_ascii=False), flush=number == len(lines))
        if number % 50 == 0 or number == len(lines):
            print(f"\r{number} of {len(lines)} answered", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _ask_line(answers: "Answers", line: str, number: int) -> dict[str, Any]:
    """One line's answer, or an object that says what is wrong with the line. It never stops the batch."""
    try:
        asked = json.loads(line)
    except json.JSONDecodeError as error:
        return {"error": f"line {number} is not JSON: {error.msg} at character {error.pos + 1}", "line": number}
    text = asked.get("text") if isinstance(asked, dict) else None
    before = asked.get("previous") or "" if isinstance(asked, dict) else ""
    if not isinstance(text, str) or not text.strip() or not isinstance(before, str):
        return {"error": f'line {number} wants an object with "text" (and, optionally, "previous"), both strings', "line": number}
    return plain(answers.answer(text, before))


@cli.command()
def playground() -> None:
    """Lodge on this computer, in the browser: no sign-in, no account, SQLite."""
    from bot import logs
    from bot.process import run_playground
    from bot.settings import foreign

    settings = _settings()
    if found := foreign():
        _stop([f"{name} is set: the playground has no sign-in and does not start beside real credentials." for name in found])
    logs.configure(settings.log_level, readable=True)
    _run(run_playground(settings, _college(settings), lambda line: print(line, flush=True)))


@cli.command()
def serve(
    insecure_teams: Annotated[bool, typer.Option(help="Take unsigned Teams activities, from this computer only.")] = False,
) -> None:
    """Lodge for a college, in Slack and in Teams: on whatever is configured."""
    from bot import logs
    from bot.process import run_serve

    settings = _settings()
    if not settings.secret_keys.get_secret_value():
        _stop(["LODGE_SECRET_KEYS is not set: without it nothing can be sealed. Make one with `lodge keys`, and keep it safe."])
    if settings.config is None:
        _stop(["LODGE_CONFIG is not set: name the college's lodge.toml. bot/lodge.example.toml shows one."])
    logs.configure(settings.log_level, readable=False)
    _run(run_serve(settings, _college(settings), insecure_teams, lambda line: print(line, flush=True)))


@cli.command()
def manifest(url: Annotated[str, typer.Option(help="Where Slack reaches Lodge; without it, Socket Mode.")] = "") -> None:
    """Print Slack's app manifest."""
    from bot.slack_manifest import FILE, http_manifest

    try:
        print(http_manifest(url) if url else FILE.read_text(encoding="utf-8"))
    except ValueError as error:
        _stop([str(error)])


@cli.command("teams-package")
def teams_package(
    url: Annotated[str, typer.Option(help="Where Lodge is served, with https.")],
    out: Annotated[Path, typer.Option(help="The zip to write.")] = Path("lodge.zip"),
    website: Annotated[str, typer.Option(help="The college's website; without it, --url.")] = "",
    privacy: Annotated[str, typer.Option(help="Its privacy notice; without it, --url.")] = "",
    terms: Annotated[str, typer.Option(help="Its terms of use; without it, --url.")] = "",
) -> None:
    """Write the package that is uploaded to Teams."""
    from bot.teams_package import package

    try:
        package(_settings().teams_app_id, url, out, website, privacy, terms)
    except (ValueError, OSError) as error:
        _stop([str(error)])
    print(f"{out}: upload it in Teams' admin centre.")


@cli.command()
def handle(name: Annotated[str, typer.Argument(help="A handle or a display name, for example @MeWiltsColl.")]) -> None:
    """Whether a handle mirrors the College's name (3.3.2)."""
    from bot.terminal import drawn
    from handlers import handles

    print(drawn(handles.answer(name, _college(_settings()), _answers()), bold=sys.stdout.isatty()))


@cli.command("cases")
def list_cases(
    kind: Annotated[str, typer.Option(help="marketing, account, image, alert or drill.")] = "",
    role: Annotated[str, typer.Option(help="Only what this role has.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that have ended too.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """The cases: references, states, roles and times. Never what anybody wrote."""
    from bot import desk

    _print_rows(_at_desk(lambda work: desk.listed(work, kind=kind, role=role, every=every)), as_csv, "No cases.")


@register.callback(invoke_without_command=True)
def list_register(
    context: typer.Context,
    words: Annotated[str, typer.Option("--find", help="A handle, a department, an address or a curator.")] = "",
    state: Annotated[list[str] | None, typer.Option(help="approved, live, quiet, handover, closing or closed.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """The College's official accounts: who answers for each, and how it stands."""
    from bot import desk

    if context.invoked_subcommand is None:
        rows = _at_desk(lambda work: desk.entered(work, words=words, states=state or ()))
        shown = rows if as_csv else [{name: row[name] for name in desk.AT_A_GLANCE} for row in rows]
        _print_rows(shown, as_csv, "The register is empty.")


@register.command("import")
def import_register(file: Annotated[Path, typer.Argument(help="A CSV file of the accounts that exist today.")]) -> None:
    """Enter the accounts that exist already. All of the file or nothing; twice enters nothing twice."""
    from bot import desk

    done = _at_desk(lambda work: desk.imported(work, file))
    if done.wrong:
        _stop([*done.wrong, "Nothing was entered. Mend these lines and import the file again."])
    print(f"{done.new} entered, {done.known} were there already.")


@cli.command()
def away(
    email: Annotated[str, typer.Argument(help="Somebody who holds a role.")],
    first: Annotated[str, typer.Argument(help="The first day away, year-month-day.")],
    until: Annotated[str, typer.Argument(help="The last day away.")],
) -> None:
    """Record that somebody is away: their deputies can act in those days."""
    from bot import desk

    print(_at_desk(lambda work: desk.away(work, email, first, until)))


@cli.command()
def leaver(email: Annotated[str, typer.Argument(help="Who is leaving the College.")]) -> None:
    """Begin the hand-over of every account somebody answers for (3.1.2)."""
    from bot import desk

    print(_at_desk(lambda work: desk.leaving(work, email)))


@cli.command("drill")
def run_drill(
    reference: Annotated[str, typer.Argument(help="With --report: a reference of the drill to report, not the newest.")] = "",
    role: Annotated[str, typer.Option(help="This role only.")] = "",
    report: Annotated[bool, typer.Option("--report", help="Send nothing: who opened the newest one, and how fast.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Send each role a notice that is marked as a test; or report who opened it, and how fast."""
    from bot import desk

    if reference and not report:
        _stop([f"Nothing was sent. To see what became of {reference}: lodge drill --report {reference}"])
    if report:
        found = _at_desk(lambda work: desk.drill_report(work, reference=reference, role=role))
        print(json.dumps(found, ensure_ascii=False)) if as_json else _print_rows(desk.drill_rows(found), False, "")
        return
    sent = _at_desk(lambda work: desk.drilled(work, role=role))
    if as_json:
        print(json.dumps(sent, ensure_ascii=False))
    else:
        _print_rows(sent, False, "")
        print("The running Lodge delivers these in a moment. Who opened them: lodge drill --report")


def _at_desk(task: Callable[[Any], Any]) -> Any:
    """Do one thing in one transaction on the college's database."""
    from bot import desk

    settings = _settings()
    college = _college(settings)

    async def done() -> Any:
        async with desk.opened(settings, college, _answers) as work:
            return await task(work)

    return _run(done())


def _print_rows(rows: list[dict[str, str]], as_csv: bool, nothing: str) -> None:
    from bot import desk
    from bot.terminal import table

    print(desk.as_csv(rows).rstrip() if as_csv else table(rows) or nothing)


@cli.command()
def check() -> None:
    """Line by line: what is set, what works, and how to mend what does not."""
    import asyncio

    from bot.check import examine

    lines = asyncio.run(examine())
    for each in lines:
        print(f"{each.mark:4} {each.text}")
    if any(each.mark == "FAIL" for each in lines):
        raise typer.Exit(1)


@cli.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="JSON lines: labelled questions, as in tests/questions.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    errors: Annotated[bool, typer.Option(help="Name every question that went wrong somewhere.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the calibration into this PNG (needs the extra: plot).")] = None,
) -> None:
    """How good the answers are: clauses, rulings, wrong yes, what is not covered, flows, both gates, time and memory."""
    from bot import evaluating
    from knowledge import evaluation

    try:
        asked = evaluation.read(files)
    except evaluation.QuestionsError as error:
        _stop([str(error)])
    report = evaluation.run(_answers().answer, asked)
    print(json.dumps(evaluation.as_json(report)) if as_json else evaluating.printed(report))
    for line in evaluating.errors(report) if errors else ():
        print(line)
    if plot is not None:
        _plotted(report, plot)


def _plotted(report: "Report", path: Path) -> None:
    from bot import evaluating

    try:
        evaluating.plot(report, path)
    except ModuleNotFoundError:
        _stop(["A picture needs Pillow: pip install 'lodge[plot]', then try again."])
    except (OSError, ValueError) as error:
        _stop([f"{path} cannot be written ({error}). Name a file that ends in .png, in a folder that is there."])


@cli.command()
def keys() -> None:
    """Print a new key for LODGE_SECRET_KEYS."""
    from storage.sealing import new_key

    print(new_key())


@cards.command("approve")
def approve(folder: Annotated[Path | None, typer.Option(help="Where the cards are.")] = None) -> None:
    """Record in every card the present text of its clauses: you have read them, and the rulings still hold."""
    from knowledge.answer import UNUSABLE
    from knowledge.cards import RULINGS
    from knowledge.cards import approve as approved
    from knowledge.clauses import load

    try:
        changed = approved(folder or RULINGS, load())
    except UNUSABLE as error:
        _stop([str(error)])
    print(
        f"{changed} clause{'' if changed == 1 else 's'} recorded."
        if changed
        else "Nothing to do: every card matches its clauses."
    )


@cards.command("export")
def export_cards(
    into: Annotated[Path | None, typer.Option(help="A folder with rulings and words in it; without it, Lodge's own.")] = None,
) -> None:
    """Write what the policy's owner taught into the cards' files: read the changes, and keep them as you keep the cards."""
    from bot import desk
    from knowledge.cards import RULINGS

    lines = _at_desk(lambda work: desk.exported(work, into or RULINGS.parent))
    print("\n".join(lines) or "Nothing has been taught.")


@cards.command("missed")
def list_missed(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """The questions that Lodge missed and somebody sent on: words and a day, never whose."""
    from bot import desk

    rows = _at_desk(desk.missed)
    print(json.dumps(rows, ensure_ascii=False)) if as_json else _print_rows(rows, False, "No missed questions.")


@semantic.command("install")
def install_encoder(
    wanted: Annotated[
        list[str], typer.Argument(help="A known name, or files, folders or archives that hold one.", metavar="PATH|NAME")
    ],
) -> None:
    """Put an encoder in its place, try it, and learn with it: the only time that anything is fetched, and only for a name."""
    from bot.semantic import install
    from knowledge.encoder import EncoderError

    settings = _settings()
    try:
        encoder = install(settings, wanted)
    except EncoderError as error:
        _stop([str(error)])
    print(f"Installed in {settings.semantic}: {encoder.width} numbers a text. Learning with it (about a minute) …", flush=True)
    _answers()
    print("Done. Lodge reads with it from its next start.")


@semantic.command("remove")
def remove_encoder() -> None:
    """Take the encoder away: Lodge answers from words alone from its next start."""
    from bot.semantic import remove

    print("Removed." if remove(_settings()) else "None is installed.")


@policy.command("open-questions")
def open_questions(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Where the policy is unclear or says two things, for its owner to decide: clauses, question, and the cards that ask."""
    from dataclasses import asdict

    from bot.terminal import drawn
    from handlers import openings

    answers = _answers()
    if as_json:
        print(json.dumps([asdict(each) for each in openings.found(answers)], ensure_ascii=False))
    else:
        print(drawn(openings.message(answers, _college(_settings())), bold=sys.stdout.isatty()))


def _answers() -> "Answers":
    from bot.semantic import answers
    from knowledge.answer import UNUSABLE

    try:
        return answers(_settings(), lambda why: print(f"lodge: {why}", file=sys.stderr))
    except UNUSABLE as error:
        _stop([str(error)])


def _settings() -> "Settings":
    from bot.settings import SettingsError, load

    try:
        return load()
    except SettingsError as error:
        _stop(error.lines)


def _college(settings: "Settings") -> "College":
    from bot.college import EXAMPLE, CollegeError, load

    try:
        return load(settings.config or EXAMPLE)
    except CollegeError as error:
        _stop(error.lines)


def _run(running: Any) -> Any:
    import asyncio

    from bot.process import StartError
    from knowledge.answer import UNUSABLE

    try:
        return asyncio.run(running)
    except StartError as error:
        _stop(error.lines)
    except UNUSABLE as error:
        _stop([str(error)])


def _stop(lines: Iterable[str]) -> NoReturn:
    for line in lines:
        print(f"lodge: {line}", file=sys.stderr)
    raise typer.Exit(CORRECTABLE)
