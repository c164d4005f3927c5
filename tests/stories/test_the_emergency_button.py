"""The button above an answer that may be about somebody at risk (promise 1)."""


async def test_a_broad_gate_puts_how_to_report_above_an_answer_that_has_no_such_button(world):
    """The answer is about LinkedIn and brings no report button of its own: the one that is there is the gate's."""
    seen = await world.amira.asks("one of my students seems withdrawn and scared, can I have a linkedin profile?")
    assert "may be at risk" in seen
    assert seen.buttons[0].label == "How to report"
    assert "999" in await world.amira.presses("How to report")
