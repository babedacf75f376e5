"""What is believed of a list, and which of its voices is ours."""

import pytest

from pipeline.service import Item, ListedVoice, VoiceList
from pipeline.service.marker import find_marker, marked, marker_of
from pipeline.service.matching import Certainty, find_match
from pipeline.service.trust import distrust

KEY = "0123456789abcdef" + "f" * 48
FIELDS = {"voice_name": "Mia", "gender": "2", "age": "30", "language": "54", "description": "Calm and close"}
ITEM = Item(KEY, "a.wav", "s", FIELDS, "acc", "https://x.test", "by mail")


def listing(*voices):
    return VoiceList(tuple(voices))


def voice(number=7, name="Mia", gender=2, age=30, language=54, description=None):
    return ListedVoice(number, name, gender, age, language, description, marker=find_marker(description))


@pytest.mark.parametrize("description", [None, "Calm", "Two\nlines", "[voiceprep:no]"])
def test_a_marker_is_found_where_it_was_put(description):
    text = marked(description, marker_of(KEY))
    assert text.endswith("[voiceprep:0123456789abcdef]")
    assert find_marker(text) == find_marker(f" {text} (edited)") == marker_of(KEY)
    assert find_marker(description) is None


def test_the_marker_decides_whatever_else_is_listed():
    own = voice(9, "Renamed", 1, 99, 1, marked("x", ITEM.marker))
    match = find_match(ITEM, listing(voice(), voice(11, description=own.description), own), before=set(), known=set())
    assert ([each.id for each in match.voices], match.certainty) == ([9, 11], Certainty.MARKED)


@pytest.mark.parametrize(
    ("listed", "certainty"),
    [
        (voice(), Certainty.LIKELY),
        (voice(name=" mia "), Certainty.LIKELY),
        (voice(gender=None, age=None, language=None), Certainty.LIKELY),
        (voice(description="Calm and close"), Certainty.LIKELY),
        (voice(description="Calm and..."), Certainty.LIKELY),
        (voice(description="Calm and close [voicep"), Certainty.LIKELY),
        (voice(name="Mia (2)"), Certainty.POSSIBLE),
        (voice(name=None), Certainty.POSSIBLE),
        (voice(name="Leo", description="Calm and"), Certainty.POSSIBLE),
        (voice(name="Leo"), None),
        (voice(gender=1), None),
        (voice(age=31), None),
        (voice(language=1), None),
        (voice(description="Somebody else's"), None),
        (voice(description=marked(None, "f" * 16)), None),
    ],
)
def test_without_a_marker_all_that_was_sent_must_agree(listed, certainty):
    match = find_match(ITEM, listing(listed), before=set(), known=set())
    assert (match and match.certainty) == certainty


def test_what_was_there_before_or_is_known_is_another_voice():
    assert find_match(ITEM, listing(voice()), before={7}, known=set()) is None
    assert find_match(ITEM, listing(voice()), before=set(), known={7}) is None
    assert find_match(ITEM, listing(voice()), before=None, known=set()).certainty is Certainty.POSSIBLE


def test_what_was_not_sent_is_not_compared():
    bare = Item(KEY, "a.wav", "s", {"voice_name": "Mia", "gender": "2"}, "acc", "https://x.test", "by mail")
    assert find_match(bare, listing(voice()), before=set(), known=set()).certainty is Certainty.LIKELY


@pytest.mark.parametrize(
    ("ids", "earlier", "fresh", "said"),
    [
        ([], [], [], None),
        ([], [1], [], "no voice at all, though the account held 1"),
        ([1, 2, 3, 4], [1, 2, 3, 4, 5], [], None),
        ([1, 2, 3], [1, 2, 3, 4, 5], [], "lists 3 of the 5 voices"),
        ([1, 6, 7, 8, 9], [1, 2, 3, 4, 5], [], "lists 1 of the 5 voices"),
        ([1, 2], [1, 2], [3], "does not list yet what it made in this run"),
        ([1, 2, 3], [1, 2], [3], None),
    ],
)
def test_which_lists_are_believed(ids, earlier, fresh, said):
    why = distrust(listing(*(voice(number) for number in ids)), earlier, fresh)
    assert (why is None) == (said is None)
    assert said is None or said in why
