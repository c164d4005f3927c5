"""`lodge.toml`: what a college writes there, who may act because of it, and what is refused with its mend."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.college import EXAMPLE, CollegeError, load

AMIRA, BEN, BEA, PAT, GWEN, SUE = (f"{name}@college.example" for name in ("amira", "ben", "bea", "pat", "gwen", "sue"))
TEXT = EXAMPLE.read_text(encoding="utf-8")
ID = "2F9C6F3E-0d2c-4d6f-9f0e-0d5f0c1b2a3d"
CALENDAR = TEXT[TEXT.index("[calendar]") : TEXT.index("# The roles that must act")]
MARKETING = 'deputies = ["bea@college.example"]\nchannel = "web"\nnext = "principal"'


@pytest.fixture
def read(tmp_path):
    """Reads the example with some of its words changed."""

    def changed(*changes: tuple[str, str]):
        text = TEXT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "lodge.toml").write_text(text, encoding="utf-8")
        return load(tmp_path / "lodge.toml")

    return changed


def test_a_deputy_stands_in_where_a_member_is_away_or_late(college):
    """A deputy acts for a member who is away or has let the time pass, and where the only member is the one who asks."""
    assert college.may_act("marketing", BEN, AMIRA)
    assert not college.may_act("marketing", BEA, AMIRA)
    assert college.may_act("marketing", BEA, AMIRA, absent={BEN})
    assert college.may_act("marketing", BEA, AMIRA, escalation=1)
    assert college.may_act("marketing", BEA, BEN)
    assert not college.may_act("marketing", BEA, AMIRA, absent={PAT})
    assert college.may_act("marketing", BEN, AMIRA, absent={BEN})  # back early, and pressing it themselves


@pytest.mark.parametrize("escalation", range(5))
@pytest.mark.parametrize("email", [BEN, BEA, PAT, GWEN])
def test_nobody_decides_their_own_request(college, email, escalation):
    """However late it is and whoever is away, a request is never decided by the one who made it (promise 7)."""
    everyone = set(college.people)
    assert not college.may_act("marketing", email, email, absent=everyone, escalation=escalation)
    assert not college.may_approve("marketing", email, email, absent=everyone, escalation=escalation)


def test_a_case_climbs_one_role_at_a_time(college):
    """From the second escalation on the next role may act as well, then the one above it, and never a stranger."""
    reached = [[role.name for role in college.reached("marketing", each)] for each in range(5)]
    assert reached[0] == reached[1] == ["marketing"]
    assert reached[2] == ["marketing", "principal"]
    assert reached[3] == reached[4] == ["marketing", "principal", "governors"]
    acting = [[college.may_act("marketing", who, AMIRA, escalation=each) for who in (PAT, GWEN, SUE)] for each in range(1, 4)]
    assert acting == [[False, False, False], [True, False, False], [True, True, False]]


def test_a_request_goes_to_the_lowest_role_where_somebody_is_here(college):
    """Who is away and who asks are both passed over; a manager's own request for an account goes up (promise 7)."""
    assert college.role_for("account", AMIRA).name == "marketing"
    assert college.role_for("account", AMIRA, absent={BEN}).name == "marketing"
    assert college.role_for("account", AMIRA, absent={BEN, BEA}).name == "principal"
    assert college.role_for("account", BEN).name == "marketing"
    assert college.role_for("account", BEN, above_own=True).name == "principal"
    assert college.role_for("account", BEA, above_own=True).name == "marketing"
    assert college.role_for("account", BEN, above_own=True, absent={PAT}).name == "governors"
    with pytest.raises(LookupError):
        college.role_for("account", AMIRA, absent={BEN, BEA, PAT, GWEN})


def test_a_recorded_delegate_gives_permission_and_nothing_else(read):
    """Marketing's recorded delegate decides account requests (3.1.2, 3.3.3), but not the role's other cases."""
    college = read((MARKETING, f'delegates = ["{SUE}"]\n{MARKETING}'))
    assert college.may_approve("marketing", SUE, AMIRA)
    assert college.may_approve("marketing", BEN, AMIRA)
    assert not college.may_approve("marketing", BEA, AMIRA)
    assert college.may_approve("marketing", BEA, AMIRA, absent={BEN})
    assert not college.may_act("marketing", SUE, AMIRA)
    assert not college.may_approve("marketing", SUE, SUE)


def test_somebody_with_another_address_is_known_by_their_id(read):
    """An id in `lodge.toml` stands for the address beside it, on that surface only."""
    college = read(('post = "Marketing Officer"', f'post = "Marketing Officer"\nslack = "U0BEA"\nteams = "{ID}"'))
    assert college.ids("slack") == {"U0BEA": BEA}
    assert college.ids("teams") == {ID.lower(): BEA}
    assert college.ids("web") == {}


def test_the_calendar_is_read_as_it_is_written(read):
    """Hours by weekday, closures as days or spans, quoted or not, and no bank holidays where none are wanted."""
    spans = 'closed = ["2026-10-26/2026-10-30", "2026-11-02", 2026-11-03]\nbank_holidays = ""\nsaturday = "09:00-12:00"\n\n'
    calendar = read((CALENDAR, f"[calendar]\n{spans}")).calendar
    assert calendar.works(date(2026, 12, 26))  # a Saturday, and Boxing Day
    assert not calendar.works(date(2026, 11, 9))
    own = read(('closed = ["2026-12-24/2027-01-01"', 'closed = [2026-11-03, "2026-10-26/2026-10-30"')).calendar
    shut = [day for day in range(19, 32) if not own.works(date(2026, 10, day))]
    assert shut == [24, 25, 26, 27, 28, 29, 30, 31]
    assert not own.works(date(2026, 11, 3))


@pytest.mark.parametrize(
    ("part", "shut"), [("England", False), ("Scotland", True), ("Wales", False), ("Northern Ireland", False)]
)
def test_bank_holidays_are_those_of_the_colleges_own_nation(read, part, shut):
    """St Andrew's Day is kept in Scotland alone, and Christmas Day everywhere, in any year."""
    calendar = read(('bank_holidays = "England"', f'bank_holidays = "{part}"')).calendar
    assert calendar.works(date(2026, 11, 30)) is not shut
    assert not calendar.works(date(2031, 12, 25))


def test_a_file_from_before_there_was_a_calendar_still_starts(read):
    """Without [calendar] a college is open Monday to Friday, 08:30 to 17:00, and shut on England's bank holidays."""
    calendar = read((CALENDAR, "")).calendar
    friday = datetime(2026, 11, 27, 16, 50, tzinfo=ZoneInfo("Europe/London"))
    assert calendar.said(calendar.after(friday, timedelta(minutes=30))) == "Mon 30 Nov 2026, 08:50"
    assert not calendar.works(date(2026, 8, 31))
    assert not calendar.works(date(2026, 11, 28))


def test_routes_say_how_soon_and_who_is_told_out_of_hours(college):
    """Days of a time to answer are working days; an emergency contact is an address, or nobody."""
    routes = college.routes
    assert routes["account"].answer_within == timedelta(days=5)
    assert routes["image_removal"].answer_within == routes["image_alert"].answer_within == timedelta(minutes=30)
    assert (routes["image_removal"].emergency, routes["image_alert"].emergency) == (BEA, "sol@college.example")
    assert routes["image_alert"].role == "safeguarding"
    assert routes["account"].emergency == ""


ALERT = TEXT[TEXT.index("[routes.image_alert]") : TEXT.index("# The emergency page")]
ROUTE = 'answer_within = "5 days"'
POST = 'post = "Principal"'
BY_ID = 'post = "Principal"\nslack = "U1"'
NOT_AMONG = 'emergency = "bea@college.example"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[routes.account]", "[routes.acount]", "routes.account is missing. Add it with role, answer_within and phone"),
        ("[routes.account]", "[routes.acount]", "routes.acount is not known. Did you mean account?"),
        (ALERT, "", "routes.image_alert is missing. Add it with role, answer_within and phone"),
        (ROUTE, 'answer_within = "99999 days"', '"30 minutes", "4 hours" or "2 days"'),
        (ROUTE, f'{ROUTE}\nemergancy = ""', "Did you mean emergency?"),
        (NOT_AMONG, 'emergency = "beaa@college.example"', "is not among [[people]]. Did you mean bea@college.example?"),
        (NOT_AMONG, 'emergency = "bea"', "routes.image_removal.emergency: write an e-mail address"),
        ("monday =", "mondey =", "calendar.mondey is not known. Did you mean monday?"),
        ('"08:30-17:00"', '"8.30-5pm"', 'write opening hours such as "08:30-17:00"'),
        ('"08:30-17:00"', '"17:00-08:30"', 'write opening hours such as "08:30-17:00"'),
        ('"08:30-17:00"', '"00:30-17:00"', "start at 04:00 or later"),
        ('"Europe/London"', '"London"', 'write a time zone such as "Europe/London"'),
        ('"2027-03-25"', '"25 March"', 'write a day such as "2026-12-24"'),
        ('"2027-03-25"', '"2027-02-30"', 'write a day such as "2026-12-24"'),
        ('"2027-03-25"', '"2027-03-25/"', 'write a day such as "2026-12-24"'),
        ('"2027-03-25"', '"2027-03-25/2027-03-01"', 'write a day such as "2026-12-24"'),
        ('"2027-03-25"', '"2027-01-01/2027-12-31", "2028-01-01/2028-12-31"', "does not open for a year"),
        ('bank_holidays = "England"', 'bank_holidays = "France"', "'England', 'Wales', 'Scotland'"),
        (CALENDAR, '[calendar]\nzone = "Europe/London"\n\n', "the college never opens. Give at least one day its hours"),
        (POST, f'{POST}\nslack = "pat"', "write the member id from their Slack profile"),
        (POST, f'{POST}\nteams = "pat"', "write their object id from Entra"),
        (POST, f'{POST}\nslak = "U1"', "Did you mean slack?"),
        ('"gwen@college.example"', '"PAT@college.example"', "email pat@college.example stands twice. Keep one entry."),
        (POST, f'{BY_ID}\n[[people]]\nemail = "x@y.example"\nname = "X"\n{BY_ID}', "slack U1 stands twice"),
        (MARKETING, f'delegates = ["seu@college.example"]\n{MARKETING}', "Did you mean sue@college.example?"),
        (MARKETING, MARKETING.replace("principal", ""), "goes to a role above theirs, and there is none"),
    ],
)
def test_what_is_wrong_is_named_with_its_mend(read, old, new, said):
    """Nothing starts on a file that is wrong: the line says where, and what to write instead."""
    with pytest.raises(CollegeError) as refused:
        read((old, new))
    assert said in str(refused.value)
    assert all("lodge.toml: " in line for line in refused.value.lines)
