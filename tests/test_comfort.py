"""What makes results pleasant to work with: notebooks, plain data, frames."""

import builtins
import json
from pathlib import Path

import pytest

from pipeline import Report, load_profile, read
from pipeline.errors import UsageError
from pipeline.records import Record, Status

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture(scope="module")
def result():
    return load_profile().run(read(SAMPLES / "mia/greeting.ogg"))


def test_a_result_is_plain_data(result):
    told = json.loads(json.dumps(result.to_dict()))
    assert told["status"] == "review"
    assert told["findings"][0]["code"] == "short"
    assert told["after"]["speech_s"] == result.after.values["speech_s"]
    assert told["steps"][0]["name"] == "decode"


def test_a_notebook_shows_a_result_and_a_sample(result):
    html = result._repr_html_()
    assert "<b>review</b>" in html
    assert "Only 9.3 s of speech." in html
    assert "data:image/webp;base64,UklGR" in html
    assert "decode" in result.sample._repr_html_()


def test_a_notebook_takes_no_name_for_markup():
    record = Record(path="<script>alert(1)</script>", status=Status.FAILED)
    for html in (record._repr_html_(), Report((record,))._repr_html_()):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_many_records_are_cut_short():
    report = Report(tuple(Record(path=f"{number}.wav", status=Status.ACCEPTED) for number in range(250)))
    html = report._repr_html_()
    assert "250 accepted" in html
    assert "and 50 more" in html


def test_a_report_becomes_a_frame(result):
    pytest.importorskip("pandas")
    record = Record(path="a.wav", status=Status.REVIEW, before={"snr_db": 31.0}, after=None)
    frame = Report((record, Record(path="b.wav", status=Status.FAILED))).to_frame()
    assert list(frame["path"]) == ["a.wav", "b.wav"]
    assert frame.loc[0, "before.snr_db"] == 31.0
    assert frame["before.snr_db"].isna().tolist() == [False, True]


def test_without_pandas_there_is_a_sentence(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match="pip install pandas"):
        Report(()).to_frame()
