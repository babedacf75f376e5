import hashlib
import pickle

import pytest

from pipeline.errors import MistakesError
from pipeline.records import Record, Status
from pipeline.service import Gender, Voice, decide_enhance, form_fields
from pipeline.service.fields import FIELDS
from tests.service.helpers import CONSENT, denoised


def test_the_library_form():
    voice = Voice(name=" Mia ", gender="female", consent=CONSENT)
    assert (voice.name, voice.gender, voice.age, voice.language) == ("Mia", Gender.FEMALE, None, None)
    assert pickle.loads(pickle.dumps(voice)) == voice


def test_every_mistake_at_once():
    with pytest.raises(MistakesError) as caught:
        Voice(name="a\nb", gender="x", age=0, language="en", description="\x00", enhance_audio="maybe", nick="M")
    told = caught.value.mistakes
    fields = ["name", "gender", "consent", "age", "language", "description", "enhance_audio", "nick"]
    assert [mistake.partition(":")[0] for mistake in told] == fields
    assert "without consent nothing is sent" in told[2]


@pytest.mark.parametrize("consent", ["", "  ", None, 5])
def test_consent_is_needed(consent):
    with pytest.raises(MistakesError, match="consent"):
        Voice(name="Mia", gender=2, consent=consent)


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "a\rb", "\ud800", 5, None])
def test_names_that_cannot_be(name):
    with pytest.raises(MistakesError, match="name: "):
        Voice(name=name, gender=2, consent=CONSENT)


@pytest.mark.parametrize("age", ["0", -1, "x", 3.5, True, "1e3", "9" * 5000])
def test_ages_that_cannot_be(age):
    with pytest.raises(MistakesError, match="whole number of years"):
        Voice(name="Mia", gender=2, consent=CONSENT, age=age)


def test_the_form_holds_what_was_said_and_nothing_else():
    least = Voice(name="Mia", gender="unknown", consent=CONSENT, group="g")
    assert form_fields(least, enhance=False) == {"voice_name": "Mia", "gender": "0", "enhance_audio": "false"}
    most = Voice(name="Mia", gender=9, age="30", language="es-ES", description="Calm\r\nand low", consent=CONSENT)
    assert form_fields(most, enhance=True) == {
        "voice_name": "Mia",
        "gender": "9",
        "age": "30",
        "description": "Calm\r\nand low",
        "language": "54",
        "enhance_audio": "true",
    }
    assert form_fields(most, enhance=True).keys() == FIELDS


@pytest.mark.parametrize(
    ("before_db", "after_db", "steps", "wish", "enhance", "why"),
    [
        (10.0, 12.0, (), "auto", True, "noise remains: 12 dB"),
        (10.0, 20.0, (), "auto", False, "clean enough: 20 dB"),
        (25.0, None, (), "auto", False, "clean enough: 25 dB"),
        (None, None, (), "auto", False, "could not be measured"),
        (10.0, 12.0, (denoised(),), "auto", False, "already denoised here: twice would harm"),
        (10.0, 12.0, (denoised(kept=False),), "auto", True, "noise remains"),
        (30.0, 30.0, (denoised(),), True, True, "as asked"),
        (10.0, 10.0, (), False, False, "as asked"),
    ],
)
def test_enhancement_is_decided_from_what_was_measured(before_db, after_db, steps, wish, enhance, why):
    after = {"snr_db": after_db} if after_db is not None else None
    record = Record(path="a", status=Status.ACCEPTED, before={"snr_db": before_db}, after=after, steps=steps)
    decided, reason = decide_enhance(record, wish)
    assert decided is enhance
    assert why in reason


def test_consent_may_be_a_file_whose_digest_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    letter = tmp_path / "mia.txt"
    letter.write_bytes(b"I agree.")
    digest = hashlib.sha256(b"I agree.").hexdigest()
    voice = Voice(name="Mia", gender="female", consent="file: mia.txt")
    assert voice.consent == f"file:mia.txt (sha256 {digest}, 8 bytes)"
    assert Voice(name="Mia", gender="female", consent=voice.consent).consent == voice.consent
    letter.write_bytes(b"")
    for name, why in (
        ("mia.txt", "nothing in it"),
        ("no.txt", "No such file"),
        (".", "Is a directory"),
        ("a\x00b", "cannot be sent"),
    ):
        with pytest.raises(MistakesError, match=why):
            Voice(name="Mia", gender="female", consent=f"file:{name}")
