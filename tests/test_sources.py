import uuid

import pytest

from pipeline.errors import UsageError
from pipeline.sources import find_sources, folders


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


def test_the_same_file_under_two_paths_is_worked_on_once(tree):
    again = tree / "a/../b"
    assert names(tree / "b", again) == names(again, tree / "b") == ["take.wav"]
    assert names(tree / "b/take.wav", again / "take.wav") == ["take.wav"]


def test_a_file_and_a_link_to_it_are_worked_on_once_as_found_first(tree):
    (tree / "b/link.wav").symlink_to(tree / "b/take.wav")
    (tree / "b/zero.wav").symlink_to("take.wav")
    assert names(tree / "b") == ["link.wav"]
    assert names(tree / "b/take.wav", tree / "b") == ["take.wav"]
    assert find_sources([tree / "b"])[0].file == tree / "b/link.wav"


@pytest.mark.parametrize("inputs", [(".", "a"), ("a", "."), ("a", "a/deep"), ("a/deep", "a")])
def test_inputs_that_overlap_give_each_file_once(tree, inputs):
    files = [source.file.resolve() for source in find_sources([tree / name for name in inputs])]
    assert len(files) == len(set(files)) == (4 if "." in inputs else 3)


def test_the_output_is_left_out_by_whatever_path(tree):
    (tree / "link").symlink_to(tree / "a")
    assert names(tree, skip=tree / "b/../a") == names(tree, skip=tree / "link") == ["b/take.wav"]
    assert names(tree / "b/..", skip=tree / "a") == ["b/take.wav"]


def test_names_are_those_of_folders_however_an_input_is_spelled(tree, monkeypatch):
    monkeypatch.chdir(tree / "a/deep")
    assert names("..", "../../b") == ["take.mp3", "a/take.wav", "deep/er/TAKE.MP3", "b/take.wav"]
    (tree / "a/deep/.hidden").mkdir()
    (tree / "a/deep/.hidden/take.wav").write_bytes(b"x")
    assert names(".") == [".hidden/take.wav", "er/TAKE.MP3"]
    assert set(folders(find_sources([tree / "b/../b"])).values()) == {"b"}


@pytest.mark.parametrize("key", ["../../evil.wav", "a/../../evil.wav", "./evil.wav"])
def test_an_object_whose_name_leads_out_of_its_folder_is_refused(key):
    store = pytest.importorskip("upath").UPath(f"memory://{uuid.uuid4().hex}/takes")
    store.fs.pipe_file(f"{store.path}/good.wav", b"x")
    store.fs.pipe_file(f"{store.path}/{key}", b"x")
    with pytest.raises(UsageError, match="leads out"):
        find_sources([store])
