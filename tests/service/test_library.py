import numpy as np
import pytest

import pipeline.service
from pipeline.errors import AccountError, RefusedError, UnknownOutcome, UsageError
from pipeline.sandbox import find_faults
from pipeline.service import Api, Ledger, Outcome, Pace, Timeouts, Voice, submit, submit_clip
from tests.service.helpers import CONSENT, KEY, digest, write_wav

VOICE = Voice(name="Mia", gender="female", consent=CONSENT)


@pytest.fixture
def api(sandbox):
    with Api(KEY, sandbox.base_url, timeouts=Timeouts(read_s=0.3)) as opened:
        yield opened


QUICK = Pace(settle_s=0.3)


@pytest.fixture
def clip(tmp_path):
    return write_wav(tmp_path / "a.wav")


def test_one_clip(sandbox, api, clip):
    receipt = submit_clip(clip, VOICE, api)
    assert (receipt.voice_id, receipt.outcome, receipt.path) == (9001, Outcome.DONE, "a.wav")
    assert sandbox.state.voices[9001].file_sha256 == digest(clip)
    assert sandbox.state.voices[9001].form["enhance_audio"] == "false"


@pytest.mark.parametrize(("wish", "sent"), [("auto", "false"), (True, "true"), (False, "false")])
def test_enhancement_as_asked(sandbox, api, clip, wish, sent):
    submit_clip(clip, VOICE.model_copy(update={"enhance_audio": wish}), api)
    assert sandbox.state.voices[9001].form["enhance_audio"] == sent


def test_the_ledger_keeps_it_from_going_twice(sandbox, api, clip, tmp_path):
    with Ledger.open(tmp_path / "l.sqlite3") as ledger:
        first = submit_clip(clip, VOICE, api, ledger)
        again = submit_clip(clip, VOICE, api, ledger)
        assert (again.voice_id, again.outcome) == (first.voice_id, Outcome.ALREADY)
        with pytest.raises(RefusedError, match="already submitted as voice 9001 with other fields"):
            submit_clip(clip, Voice(name="Mia", gender="male", consent=CONSENT), api, ledger)
    assert sandbox.state.create_calls == 1


@pytest.mark.parametrize(
    ("fault", "kind"), [("unauthorized", AccountError), ("invalid-text", RefusedError), ("drop", UnknownOutcome)]
)
def test_everything_else_is_an_error(sandbox, api, clip, tmp_path, fault, kind):
    sandbox.state.faults = find_faults([fault])
    with Ledger.open(tmp_path / "l.sqlite3") as ledger, pytest.raises(kind):
        submit_clip(clip, VOICE, api, ledger, pace=QUICK)
    assert sandbox.state.create_calls == 1


@pytest.mark.parametrize("fault", ["html", "drop-after", "cut", "unavailable-after"])
def test_a_lost_answer_is_looked_for(sandbox, api, clip, fault):
    sandbox.state.faults = find_faults([fault])
    receipt = submit_clip(clip, VOICE, api)
    assert (receipt.voice_id, receipt.outcome) == (9001, Outcome.DONE)
    assert "found as voice 9001 by its marker" in receipt.message
    assert sandbox.state.create_calls == 1


def test_without_a_ledger_the_list_keeps_it_from_going_twice(sandbox, api, clip):
    submit_clip(clip, VOICE, api)
    again = submit_clip(clip, VOICE, api)
    assert (again.voice_id, again.outcome) == (9001, Outcome.ALREADY)
    assert sandbox.state.create_calls == 1


def test_what_is_surely_not_there_may_be_sent_once_more_and_then_a_person_decides(sandbox, api, clip, tmp_path):
    sandbox.state.faults = find_faults(["drop"])
    with Ledger.open(tmp_path / "l.sqlite3") as ledger:
        for message in ("sending it again is safe", "2 attempts ended without an answer", "voiceprep voices settle"):
            with pytest.raises(UnknownOutcome, match=message):
                submit_clip(clip, VOICE, api, ledger, pace=QUICK)
    assert sandbox.state.create_calls == 2


def test_an_attempt_that_was_killed_is_looked_for_first(sandbox, api, clip, tmp_path):
    with Ledger.open(tmp_path / "l.sqlite3") as ledger:
        submit_clip(clip, VOICE, api, ledger)
        ledger._connection.execute("UPDATE items SET state='SENDING', voice_id=NULL")
        assert submit_clip(clip, VOICE, api, ledger).voice_id == 9001
        ledger._connection.execute("UPDATE items SET state='SENDING', voice_id=NULL")
        sandbox.state.voices[9001].listed["description"] = None
        assert submit_clip(clip, VOICE, api, ledger, pace=QUICK).voice_id == 9001
    assert sandbox.state.create_calls == 1


def test_clips_that_cannot_be_sent(sandbox, api, clip, tmp_path):
    for path in (tmp_path / "no.wav", tmp_path, clip.rename(tmp_path / "a.mp3")):
        with pytest.raises(UsageError, match="cannot be sent"):
            submit_clip(path, VOICE, api)
    assert sandbox.state.create_calls == 0


def test_only_what_was_accepted_is_taken(sandbox, api):
    from pipeline.audio import Audio
    from pipeline.measure import Measurements
    from pipeline.records import Status
    from pipeline.results import Accepted, Review
    from pipeline.rubric import Grade
    from pipeline.sample import Sample

    wave = np.sin(np.arange(16_000) / 20)[None] * 0.3
    sample = Sample(Audio(wave.astype(np.float32), 16_000), path="folder/mia.mp3")
    measured = Measurements({"snr_db": 12.0}, {}, ())
    parts = (sample, measured, measured, 80.0, Grade(80.0, {}, (), Status.ACCEPTED), "PCM_16")
    with pytest.raises(UsageError, match="this one is for review"):
        submit(Review(*parts), VOICE, api)
    receipt = submit(Accepted(*parts), VOICE, api)
    assert receipt.path == "mia.mp3.wav"
    assert sandbox.state.voices[receipt.voice_id].form["enhance_audio"] == "true"
    assert sandbox.state.create_calls == 1


def test_the_public_names():
    assert pipeline.service.__all__ == sorted(
        pipeline.service.__all__, key=lambda name: (name.upper() != name, name[0].islower(), name)
    )
    assert all(getattr(pipeline.service, name) is not None for name in pipeline.service.__all__)
    assert dir(pipeline.service) == sorted(pipeline.service.__all__)
    with pytest.raises(AttributeError, match="submitt"):
        pipeline.service.submitt  # noqa: B018
