"""Every state machine of Lodge, as data: what a case can be, and who may take it from there to where.

No arrow leads from a timer to a decision, and none from the person who asked to their own approval (promise 7).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

By = Literal["role", "opener", "party", "timer"]


@dataclass(frozen=True)
class Move:
    """An arrow: from which states, to which, who may take it, and what the person who opened the case is told."""

    verb: str
    sources: tuple[str, ...]
    to: str
    told: str = ""
    by: By = "role"


@dataclass(frozen=True)
class Machine:
    """One kind of case. ``waiting``: states in which its role owes an answer in time; ``climbing``: in which delay escalates.

    ``at_work``: in which the role still has something to do. ``parties`` names the details that hold the e-mail addresses of
    others who may see the case. ``wordless``: nobody is asked to write anything on it. ``urgent``: its
    notices go first and are never given up; ``urgent_for``: so for these roles only. ``delegated``: the role's recorded
    delegates decide beside its members. ``guarded``: who may hear of it is decided by `handlers.hearing`, what it says opens
    in a dialog only, and no list but that of its own people names it. ``due`` says what its time is for.
    ``route``: empty where a case goes to no role but the one that it was opened for.
    """

    kind: str
    prefix: str
    noun: str
    route: str
    states: Mapping[str, str]
    moves: Mapping[str, Move]
    waiting: tuple[str, ...] = ("open", "taken")
    climbing: tuple[str, ...] = ("open",)
    ended: tuple[str, ...] = ("closed", "withdrawn")
    parties: tuple[str, ...] = field(default=())
    at_work: tuple[str, ...] = ("open", "taken", "answered")
    wordless: bool = False
    urgent: bool = False
    urgent_for: tuple[str, ...] = ()
    delegated: bool = False
    guarded: bool = False
    due: str = "Answer due by"


MARKETING = Machine(
    "marketing",
    "MKT",
    "Question to Marketing",
    "ask_marketing",
    {
        "open": "Waiting to be taken",
        "taken": "Taken",
        "answered": "Answered",
        "closed": "Closed",
        "withdrawn": "Withdrawn",
    },
    {
        "take": Move("took", ("open",), "taken", "Somebody in Marketing is looking at it."),
        "answer": Move("answered", ("open", "taken"), "answered", "Marketing has answered."),
        "close": Move("closed", ("answered",), "closed", "Marketing has closed it."),
        "withdraw": Move("withdrew", ("open", "taken"), "withdrawn", "You withdrew it.", by="opener"),
    },
)

ACCOUNT = Machine(
    "account",
    "ACC",
    "College account",
    "account",
    {
        "open": "Waiting for a decision",
        "approved": "Approved, not live yet",
        "live": "Live",
        "quiet": "Quiet: Marketing decides whether it stays",
        "handover": "Being handed over",
        "closing": "Being closed",
        "closed": "Closed",
        "declined": "Declined",
        "withdrawn": "Withdrawn",
    },
    {
        "approve": Move("approved", ("open",), "approved", "Your request is approved. This is your permission in writing."),
        "decline": Move("declined", ("open",), "declined", "Your request is declined."),
        "withdraw": Move("withdrew", ("open", "approved"), "withdrawn", "You withdrew it.", by="opener"),
        "go_live": Move("went live", ("approved",), "live", "The page is in the register as live.", by="party"),
        "fall_quiet": Move("fell quiet", ("live",), "quiet", "Nothing was posted for three months.", by="timer"),
        "give_up": Move("no longer used", ("live",), "quiet", "Its curator says that it is no longer used.", by="party"),
        "wake": Move("posted", ("quiet",), "live", "The page is in use again.", by="party"),
        "keep": Move("kept", ("quiet",), "live", "Marketing keeps the page."),
        "ask_to_close": Move(
            "asked to close", ("approved", "live", "quiet", "handover"), "closing", "Marketing asks you to close it."
        ),
        "close": Move("closed", ("closing", "quiet"), "closed", "Marketing has closed it."),
        "close_own": Move("closed", ("closing",), "closed", "The curator has closed it.", by="party"),
        "hand_over": Move("began hand-over", ("approved", "live", "quiet"), "handover", "The account is being handed over."),
        "handed_over": Move("handed over", ("handover",), "live", "The account has a new curator."),
        "handed_on": Move("handed over", ("handover",), "approved", "The account has a new curator. It is not live yet."),
    },
    waiting=("open",),
    ended=("closed", "declined", "withdrawn"),
    parties=("curator", "deputy"),
    at_work=("open", "quiet", "handover"),
    delegated=True,
)

IMAGE = Machine(
    "image",
    "IMG",
    "Image removal",
    "image_removal",
    {"open": "Waiting to be taken", "taken": "Being removed", "done": "Every copy has an end", "withdrawn": "Withdrawn"},
    {
        "take": Move("took", ("open",), "taken", "Somebody is removing it now."),
        "finish": Move("finished", ("open", "taken"), "done", "Every copy is dealt with."),
        "withdraw": Move("withdrew", ("open", "taken"), "withdrawn", "You withdrew it.", by="opener"),
    },
    ended=("done", "withdrawn"),
    parties=("curators", "on_call"),
)

ALERT = Machine(
    "alert",
    "CON",
    "Image: Safeguarding first",
    "image_alert",
    {"open": "Waiting to be taken", "taken": "Taken", "closed": "Closed"},
    {
        "take": Move("took", ("open",), "taken", "The Safeguarding team has it."),
        "close": Move("closed", ("taken",), "closed", "The Safeguarding team has closed it."),
    },
    ended=("closed",),
    wordless=True,
    urgent=True,
)

# Both kinds of concern are called the same and run the same way: a list or a channel must not tell them apart (promise 5).
_CONCERN_STATES = {
    "open": "Sent, not opened yet",
    "opened": "Opened",
    "acknowledged": "Acknowledged",
    "taken": "Taken",
    "closed": "Closed",
}
_CONCERN_MOVES = {
    "read": Move("opened it privately", ("open",), "opened", "It has been opened by somebody who can act."),
    "acknowledge": Move("acknowledged", ("open", "opened"), "acknowledged", "It has been read, and will be dealt with."),
    "take": Move("took", ("open", "opened", "acknowledged"), "taken", "Somebody has it in hand."),
    "release": Move("handed back", ("taken",), "acknowledged", "Somebody else will take it in hand."),
    "send_on": Move("sent on", ("opened", "acknowledged", "taken"), "open", "Others have it now, and have still to open it."),
    "end": Move(
        "closed",
        ("open", "opened", "acknowledged", "taken"),
        "closed",
        "It is closed. That says nothing about what was found, and you may hear no more. Still worried? Report it again.",
    ),
}
CONCERN = Machine(
    "concern",
    "CON",
    "Concern",
    "concern_urgent",
    _CONCERN_STATES,
    _CONCERN_MOVES,
    waiting=("open",),
    ended=("closed",),
    at_work=("open", "opened", "acknowledged", "taken"),
    wordless=True,
    urgent=True,
    guarded=True,
    due="To be opened by",
)
BREACH = replace(CONCERN, kind="breach", route="concern", urgent=False)

# A test is with the role it was sent to, so it has no route. It ends once somebody of the role has opened it.
DRILL = Machine(
    "drill",
    "DRL",
    "Drill",
    "",
    {"open": "Test, not opened yet", "opened": "Test, opened"},
    {"read": Move("opened the test", ("open",), "opened")},
    waiting=("open",),
    climbing=(),
    ended=("opened",),
    at_work=("open",),
    wordless=True,
    urgent_for=("safeguarding",),
)

MATERIAL = Machine(
    "material",
    "REM",
    "Material to change or remove",
    "concern",
    {
        "open": "Waiting for an answer",
        "silent": "No answer by the date",
        "refused": "Refused",
        "done": "Done",
        "failed": "Recorded as a failure to comply",
        "closed": "Closed",
    },
    {
        "done": Move("said that it is done", ("open", "silent", "refused"), "done", by="party"),
        "refuse": Move("refused", ("open", "silent"), "refused", by="party"),
        "fall_silent": Move("had no answer by the date", ("open",), "silent", by="timer"),
        "ask_again": Move("asked again", ("silent",), "open"),
        "mark_done": Move("recorded as done", ("open", "silent", "refused"), "done", "It is recorded as done. Thank you."),
        "mark_refused": Move("recorded a refusal", ("open", "silent"), "refused"),
        "fail": Move(
            "recorded a failure to comply",
            ("refused",),
            "failed",
            "It is recorded as a failure to comply (1.6). What follows is for people to say to you: Lodge decides nothing.",
        ),
        "end": Move("closed", ("open", "silent", "refused"), "closed", "It is closed. Nothing more is asked of you here."),
    },
    waiting=("open",),
    climbing=(),
    ended=("done", "failed", "closed"),
    parties=("employee",),
    at_work=("open", "silent", "refused"),
    wordless=True,
    guarded=True,
)

MACHINES: dict[str, Machine] = {each.kind: each for each in (MARKETING, ACCOUNT, IMAGE, ALERT, CONCERN, BREACH, DRILL, MATERIAL)}

# A copy of an image has an end of its own (3.1.4), and so has each access to be revoked when somebody leaves (3.1.2).
COPY_STATES = {"asked": "Still up", "hidden": "Hidden", "removed": "Removed", "outside": "Outside our control"}
COPY_MOVES = {
    "hide": Move("hid", ("asked",), "hidden"),
    "remove": Move("removed", ("asked", "hidden"), "removed"),
    "outside": Move("found outside our control", ("asked", "hidden"), "outside"),
}
COPY_ENDS = ("removed", "outside")
ACCESS_STATES = {"asked": "To be revoked", "revoked": "Revoked"}
ACCESS_MOVES = {"revoke": Move("revoked", ("asked",), "revoked")}
TAKEDOWN_STATES = {"asked": "Asked", "done": "Done", "not_done": "Not done"}
TAKEDOWN_MOVES = {
    "done": Move("took down", ("asked", "not_done"), "done", by="party"),
    "not_done": Move("did not take down", ("asked",), "not_done", by="party"),
}


def drawn(states: Mapping[str, str], moves: Mapping[str, Move], first: str = "open") -> str:
    """A machine as a Mermaid diagram, for the README."""
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {source} --> {move.to}: {move.verb} ({move.by})" for move in moves.values() for source in move.sources]
    leaving = {source for move in moves.values() for source in move.sources}
    return "\n".join(lines + [f"    {state} --> [*]" for state in states if state not in leaving])
