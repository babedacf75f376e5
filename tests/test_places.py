"""Places: files of this machine and of stores are asked and moved in one way."""

import uuid
from pathlib import Path

import pytest

from pipeline.errors import DecodeError, EncodeError, TooLong, UsageError
from pipeline.places import at_hand, copied, handed_over, is_in_one_process, is_stored, place, version
from pipeline.sources import find_sources

ENOUGH = 1 << 20


@pytest.fixture
def store():
    """A folder in a store of this process."""
    return place(f"memory://{uuid.uuid4().hex}")


def put(folder, **contents):
    for name, content in contents.items():
        file = folder / name.replace("__", "/").replace("_wav", ".wav")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def test_what_has_no_scheme_is_a_path():
    assert place("takes/mia.wav") == Path("takes/mia.wav")
    assert place(Path("takes")) == Path("takes")
    assert place("file:///takes/mia.wav") == Path("/takes/mia.wav")
    assert not is_stored(place("C:\\takes"))


def test_what_has_a_scheme_is_in_a_store(store):
    assert is_stored(store)
    assert is_in_one_process(store)
    assert not is_in_one_process(Path("takes"))


def test_a_scheme_that_nobody_knows_is_wrong_usage():
    with pytest.raises(UsageError, match="nowhere://takes cannot be used"):
        place("nowhere://takes")


def test_a_file_of_this_machine_is_read_where_it_is(tmp_path):
    with at_hand(tmp_path / "a.wav", 0) as file:
        assert file == tmp_path / "a.wav"


def test_a_file_of_a_store_is_fetched_and_goes_again(store):
    put(store, a_wav=b"sound")
    with at_hand(str(store / "a.wav"), ENOUGH) as file:
        assert (file.name, file.read_bytes()) == ("a.wav", b"sound")
    assert not file.exists()


def test_what_cannot_be_fetched_is_said(store):
    with pytest.raises(DecodeError, match=r"missing\.wav could not be fetched"), at_hand(store / "missing.wav", ENOUGH):
        pass


def test_what_is_too_large_is_not_fetched(store):
    put(store, a_wav=b"sound")
    with pytest.raises(TooLong), at_hand(store / "a.wav", 4):
        pass


def test_what_was_written_is_put_under_its_name(store):
    with handed_over(store) as folder:
        put(folder, clips__mia__a_wav=b"clip")
    assert (store / "clips/mia/a.wav").read_bytes() == b"clip"


def test_nothing_half_done_is_put(store):
    def stops(folder):
        put(folder, clips__a_wav=b"clip")
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"), handed_over(store) as folder:
        stops(folder)
    assert not store.exists()


def test_what_the_store_does_not_take_is_said(store, monkeypatch):
    def refuse(*_):
        raise PermissionError("Access Denied\nRequest ID: 1")

    monkeypatch.setattr(type(store.fs), "put_file", refuse)
    said = r"clips/a\.wav could not be written: Access Denied\.$"
    with pytest.raises(EncodeError, match=said), handed_over(store) as folder:
        put(folder, clips__a_wav=b"clip")


def test_a_copy_has_what_is_wanted_and_the_rest_by_name(store):
    put(store, records_wav=b"records", clips__a_wav=b"large")
    with copied(store, lambda name: name == "records.wav") as folder:
        assert (folder / "records.wav").read_bytes() == b"records"
        assert (folder / "clips/a.wav").read_bytes() == b""


def test_the_version_changes_with_the_content(store, tmp_path):
    for folder in (store, tmp_path):
        put(folder, a_wav=b"one")
        before = version(folder / "a.wav")
        assert before == version(folder / "a.wav")
        put(folder, a_wav=b"other")
        assert version(folder / "a.wav") != before
        assert version(folder / "none.wav") is None


def test_sources_are_found_in_a_store_as_in_a_folder(store, tmp_path):
    names = {"a_wav": b"a", "mia__b_wav": b"b", "notes.txt": b"c", "out__clips__d_wav": b"d", "._e_wav": b"e"}
    for folder in (store, tmp_path):
        put(folder, **names, **{"done__.journal.jsonl": b"", "done__clips__f_wav": b"f"})
    there = [source.name for source in find_sources([str(store)], skip=store / "out")]
    here = [source.name for source in find_sources([tmp_path], skip=tmp_path / "out")]
    assert sorted(there) == sorted(here) == ["a.wav", "mia/b.wav"]


def test_one_file_of_a_store_is_a_source(store):
    put(store, mia__b_wav=b"bb")
    (source,) = find_sources([str(store / "mia/b.wav")])
    assert (source.name, source.size_bytes) == ("b.wav", 2)


def test_what_is_not_in_the_store_is_said(store):
    with pytest.raises(UsageError, match="There is no memory://"):
        find_sources([str(store)])
