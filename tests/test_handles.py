"""Does a handle mirror the College's name (3.3.2)? Two tables of handles, and what the answer says."""

from dataclasses import replace

import pytest

from handlers.handles import answer, asked, judge

MIRRORS_HANDLES = """
    MeWiltsColl @MeWiltsColl wiltscoll WiltsColl wiltscollege WiltsCollege2026 wiltscollege2026 wilts_college
    wilts.college wiltshirecollege wiltshire_college wiltshire.college WiltshireCollege wiltshirecollegeuc
    wiltshire_college_uc wiltshirecollegeanduniversitycentre wcuc WCUC wcuc_hair wcuc2026 mywcuc wcucofficial the_wcuc
    w.c.u.c official.wcuc wcuc_students wiltsc0llege w1ltscollege wi1tscollege wiltshirec0ll3ge w1lt5c0ll wiltscoll_hair
    WiltsCollHair wiltscollegesport mywiltscollege my_wilts_college thewiltscollege realwiltscollege officialwiltscollege
    teamwiltscoll wiltscolege wiltscollge wiltscollegge wiltshirecolege wiltshrecollege wiltsirecollege witlscollege
    wiltzcollege willtscollege wiltshirecollage iamwiltscollege wiltscollegeconfessions wiltshire_college_memes
    notwiltscollege wiltsuni wilts_uni wiltshireuni wiltsuc wiltscuc wiltsunicentre wilts_uni_centre collegeofwiltshire
    college_wiltshire collegewilts universityofwiltshire wltscoll wltshrcllg Wiltshire|College Wíltshire.Cóllege
    wiltshirеcollege amira_wiltscoll amira.wiltshirecollege wiltscollchef wilts-coll-library xx_wiltscollege_xx WILTSCOLL
    wilts_clg wiltsclg insidewiltscollege wiltscollegeUK wiltshiresixthformcollege wiltshireandcollege wiltscolllege
"""
MIRRORS_NAMES = (
    "Wiltshire College",
    "Wilts College Hair Dept",
    "Amira at Wilts College",
    "Wiltshire College & University Centre",
    "W C U C",
    "Me @ WiltsColl",
    "Wiltshire College and University Centre Beauty",
    "“Wiltshire‑College & University Centre”",
)
MIRRORS = (*MIRRORS_HANDLES.split(), *MIRRORS_NAMES)
CLEAR_HANDLES = """
    @amira_teaches amira.aziz amiraaziz wiltshire_walks wiltshirewalks wilts_cc wilts_united wiltsunited wiltshire wilts
    collegegirl college_girl newcollege new_college_swindon bathcollege bath_college cityofbristolcollege wiltshire_life
    wiltshirelive wiltscolts wilts_colts wiltscollie wiltshirecollies wiltscollectors wilts_collector
    wiltshirecollectables wiltscolin wiltscolour wiltshirecouncil wiltshire_council wiltshirecc wiltscouncil wiltsunicorns
    wiltshireunited newcucumber wc_uk wcu wuc_tang wcup2026 hairbyamira mrsaziz_english willscollegediary wills_college
    wiltonhouse wilton_college_friends miltoncollege hiltscoll jumping_jack teachingtheteens wiltfest wiltingflowers
    wilt_shire wilsoncoll lodge_college swindoncollege salisburylife chippenham_eats trowbridgetown lackhamfarm
    mr_carter_maths drbrandhr sol.okafor collegeoflaw uniofbath ucl wcw_fan wiltshirecollingwood wiltshirecolleen
    wiltscolumn colin_wilts unity_wilts wiltshireunicycle wiltsfarmer wiltshire_bookclub lecturerlife fe_teacher_uk
    hair_and_beauty_by_bea ofsted_survivor wcuceros wcucina
"""
CLEAR_NAMES = (
    "Amira Aziz",
    "Ben Carter",
    "Wiltshire Walks",
    "Views my own",
    "Hana in Wiltshire",
    "College days",
    "Sol | FE teacher",
    "Wiltshire Cricket Club",
    "Trowbridge & Wiltshire Colour Labs",
    "Wilton Collegians",
)
CLEAR = (*CLEAR_HANDLES.split(), *CLEAR_NAMES)


@pytest.mark.parametrize("handle", MIRRORS)
def test_a_handle_that_mirrors_the_college_is_seen(college, handle):
    """Short forms, run together, misspelt, in figures, with a word before or a department after: it is the College's name."""
    assert judge(handle, college).kind == "mirrors"


@pytest.mark.parametrize("handle", CLEAR)
def test_a_handle_of_its_own_is_left_alone(college, handle):
    """The county's name, a cricket club, another college, one's own name: nothing to do with the College's."""
    assert judge(handle, college).kind == "clear"


def test_the_tables_are_long_enough_to_say_something():
    """At least sixty handles each way, none twice."""
    assert min(len(set(MIRRORS)), len(set(CLEAR))) >= 60
    assert len(set(MIRRORS)) + len(set(CLEAR)) == len(MIRRORS) + len(CLEAR)


@pytest.mark.parametrize("shown", [str.upper, str.title, lambda handle: f"@{handle}", lambda handle: f"  {handle}2027 "])
def test_dress_changes_nothing(college, shown):
    """Capitals, the sign in front, a year behind: the verdict is the same."""
    for handle in ("wiltscollege", "wilts_coll_hair", "wcuc"):
        assert judge(shown(handle), college).kind == "mirrors"
    for handle in ("amira_teaches", "wiltshire_walks", "wilts_cc"):
        assert judge(shown(handle), college).kind == "clear"


def test_the_reason_names_what_was_seen(college):
    """The verdict says which letters, and which of the College's names they are."""
    verdict = judge("@MeWiltsColl", college)
    assert verdict.of == "WiltsColl"
    assert "“wiltscoll”" in verdict.why


@pytest.mark.parametrize("handle", ["", "@", "…", "💇", "x" * 10_000, "iam" * 3_000, "\x00", "<!channel>"])
def test_any_text_gets_a_verdict_at_once(college, handle):
    """Nothing, signs alone, ten thousand letters: clear, and never an error."""
    assert judge(handle, college).kind == "clear"


def test_a_college_of_another_name_is_known_by_its_own(college):
    """What is looked for comes from the names in lodge.toml alone."""
    other = replace(college, name="City of Fenmarsh College", short_names=("CoFC", "Fenmarsh"))
    assert judge("fenmarsh_coll_hair", other).kind == "mirrors"
    assert judge("MyCoFC", other).kind == "mirrors"
    assert judge("MeWiltsColl", other).kind == "clear"


@pytest.mark.parametrize("handle", ["@MeWiltsColl", "wilts_college"])
def test_a_mirror_is_refused_for_a_person_and_asked_for_by_a_department(college, answers, handle):
    """Not acceptable for a personal account, with the clause word for word; official ones are approved first (3.1.2)."""
    said = answer(handle, college, answers)
    words = " ".join(part.text for part in said.parts if hasattr(part, "text"))
    assert "not acceptable" in words
    assert "approval in advance (3.1.2)" in words
    assert said.actions[0].name == "account.begin"
    assert said.tone == "no"


@pytest.mark.parametrize("handle", ["@MeWiltsColl", "@amira_teaches"])
def test_the_clause_is_quoted_exactly(college, answers, handle):
    """Whatever the verdict, 3.3.2 stands there in the policy's own words (promise 2)."""
    (quote,) = [part for part in answer(handle, college, answers).parts if type(part).__name__ == "Quote"]
    assert quote.clause == "3.3.2"
    assert quote.text in answers.clause("3.3.2").text
    assert "@MeWiltsColl would not be acceptable" in quote.text


def test_a_clear_handle_is_no_promise(college, answers):
    """Letters are all that was compared: the rest of the profile still has to show that it is personal (promise 3)."""
    said = answer("@amira_teaches", college, answers)
    words = " ".join(part.text for part in said.parts if hasattr(part, "text"))
    assert "compares letters only" in words
    assert said.tone != "yes"


@pytest.mark.parametrize(
    "text",
    ["handle @MeWiltsColl", "/policy handle @MeWiltsColl?", "Handle: @MeWiltsColl", "handle MeWiltsColl"],
)
def test_a_question_about_a_handle_is_heard(text):
    """'handle' and a name, as a command or typed."""
    assert asked(text).lstrip("@") == "MeWiltsColl"


def test_a_display_name_is_asked_about_in_quotes():
    """A name of several words stands in quotation marks."""
    assert asked('handle "Wilts College Hair"') == "Wilts College Hair"
    assert asked("handle “Wilts College Hair”") == "Wilts College Hair"


@pytest.mark.parametrize(
    "text",
    ["handle complaints", "how do I handle @trolls?", "handle stress at work", "@MeWiltsColl", "handle"],
)
def test_other_questions_are_left_to_the_policy(text):
    """A question that only happens to use the word goes on to the policy."""
    assert asked(text) is None
