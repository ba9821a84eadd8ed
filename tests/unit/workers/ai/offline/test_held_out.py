"""Whole paragraphs: what good advice makes of them, and what it leaves alone."""

import pytest

from tests.unit.workers.ai.offline.asking import changes, rewrite

ALL = ["academic", "clearer", "fix-grammar", "more-professional", "shorter", "simpler-words"]

REWRITTEN = [
    (
        "more-professional",
        "Our team came up with a new onboarding process last quarter, and it's been a game "
        "changer. We still run into problems with the login page every now and then, so we're "
        "keeping an eye on it. I feel like we should meet.",
        "Our team developed a new onboarding process last quarter, and it has been a major "
        "advance. We still encounter problems with the login page occasionally, so we are "
        "monitoring it. I believe we should meet.",
    ),
    (
        "clearer",
        "In order to make a decision about the library, the council carried out an analysis of"
        " traffic patterns. Due to the fact that the majority of residents travel by bus, it "
        "is important to note that the site should be in close proximity to a bus stop.",
        "To decide about the library, the council analyzed traffic patterns. Because most "
        "residents travel by bus, the site should be close to a bus stop.",
    ),
    (
        "shorter",
        "At this point in time, the museum is in the process of restoring the east wing. It "
        "should be noted that visitors are able to enter through the garden on a daily basis. "
        "The end result will be a building that is twice as large in size.",
        "Now, the museum is restoring the east wing. Visitors can enter through the garden "
        "daily. The result will be a building that is twice as large.",
    ),
    (
        "fix-grammar",
        "I am writting to apply for the possition of receptionist. I have alot of experience "
        "in dealing with with customers, and I speaks three languages. I would be an great "
        "addition.",
        "I am writing to apply for the position of receptionist. I have a lot of experience in"
        " dealing with customers, and I speak three languages. I would be a great addition.",
    ),
    (
        "academic",
        "This paper looks at how the media has changed the way people talk about politics. We "
        "found that kids who spend lots of time online are a bit more likely to vote, but the "
        "difference isn't large.",
        "This paper examines how the media has changed the way people discuss politics. We "
        "found that children who spend a great deal of time online are slightly more likely to"
        " vote, but the difference is not large.",
    ),
    (
        "simpler-words",
        "Employees who utilize the gymnasium must notify reception prior to commencing any "
        "exercise. Individuals who require additional assistance should endeavour to contact "
        "the team.",
        "Employees who use the gymnasium must tell reception before starting any exercise. "
        "People who require extra help should try to contact the team.",
    ),
]

CLEAN = [
    "The ferry left the island just after dawn, carrying nine passengers and a crate of "
    "oranges. Nobody spoke for the first hour. Then the captain, who had made the crossing "
    "every week for thirty years, began to tell them about the winter of 1987, when the harbor"
    " froze and the mail came by sledge.",
    "Revenue rose by 4% in the second quarter, driven by strong demand in Asia and lower "
    "freight costs. We expect margins to hold steady through December. The board has approved "
    "a dividend of 32 cents per share, payable on 15 September to shareholders of record.",
    "Photosynthesis converts light into chemical energy, which plants store as sugar. The "
    "process takes place in two stages: light-dependent reactions capture the energy, and the "
    "Calvin cycle then uses it to fix carbon.",
    "Dear Ms. Okonkwo, thank you for your letter of 3 May. We have reviewed your claim and "
    "will refund the full amount within ten working days. If you have any further questions, "
    "please call me on the number below. Yours sincerely, Piotr Wiśniewski",
    "To install the package, run `pip install copydesk` in a fresh virtual environment. The "
    "server reads its settings from environment variables; see the table in README.md for the "
    "full list. When a required value is missing, it stops at once and names the variable.",
    "The colour of the stonework changes with the weather: honey in sunlight, grey under "
    "cloud. Visitors often ask whether the tower was built by the Romans. It was not, although"
    " its foundations reuse Roman bricks, and the programme of repairs has uncovered a mosaic.",
    "Negotiations resumed in Geneva on Tuesday, but diplomats cautioned against high hopes. A "
    "spokesman said that the talks would continue “as long as both parties are willing to sit "
    "in the same room,” and declined to comment further.",
]


@pytest.mark.parametrize(("template_id", "before", "after"), REWRITTEN)
def test_it_improves_a_paragraph(editor, template_id, before, after):
    assert rewrite(editor, before, template_id) == after


@pytest.mark.parametrize("template_id", ALL)
@pytest.mark.parametrize("text", CLEAN)
def test_it_leaves_a_good_paragraph_alone(editor, text, template_id):
    assert changes(editor, text, template_id) == []
