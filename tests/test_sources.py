import pytest

from pipeline.errors import UsageError
from pipeline.sources import find_sources


@pytest.fixture
def tree(tmp_path):
    for name in (
        "a/take.wav",
        "a/deep/er/TAKE.MP3",
        "a/take.mp3",
        "b/take.wav",
        "a/notes.txt",
        "a/._take.wav",
        "one.raw",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def names(*inputs, **keywords):
    return [source.name for source in find_sources(inputs, **keywords)]


def test_a_folder_is_searched_to_the_bottom_for_every_suffix_in_any_case(tree):
    assert names(tree / "a") == ["take.mp3", "take.wav", "deep/er/TAKE.MP3"]


def test_a_file_named_itself_may_have_any_suffix(tree):
    assert names(tree / "one.raw", tree / "a/take.wav") == ["one.raw", "take.wav"]


def test_equal_names_from_two_inputs_are_told_apart(tree):
    assert names(tree / "a", tree / "b") == ["take.mp3", "a/take.wav", "deep/er/TAKE.MP3", "b/take.wav"]


def test_the_same_file_twice_is_worked_on_once(tree):
    assert names(tree / "b", tree / "b/take.wav", tree / "b") == ["take.wav"]


def test_the_output_is_left_out(tree):
    assert names(tree, skip=tree / "a") == ["b/take.wav"]


def test_links_to_folders_are_not_followed(tree):
    (tree / "b/again").symlink_to(tree / "a")
    assert names(tree / "b") == ["take.wav"]


def test_names_that_differ_in_case_only_are_told_apart(tree):
    (tree / "b/TAKE.wav").write_bytes(b"y")
    found = names(tree / "b")
    assert len({name.casefold() for name in found}) == len(found) == 2


def test_what_is_not_there_is_said_before_anything_starts(tree):
    with pytest.raises(UsageError, match=r"There is no .*nothing"):
        find_sources([tree / "a", tree / "nothing"])
    (tree / "empty").mkdir()
    with pytest.raises(UsageError, match="No sound files"):
        find_sources([tree / "empty"])
