import pytest

from pipeline.errors import ManifestError
from pipeline.records import Record, Status, Step
from pipeline.service import read_manifest
from pipeline.service.groups import assembled_from, voice_groups
from pipeline.sources import SourceFile, SourceGroup, find_sources, folders, safe_name, together

ROW = "{file},Mia,female,by mail,{voice}\n"
HEADER = "file,voice_name,gender,consent,voice\n"


@pytest.fixture
def manifest(tmp_path):
    def write(*rows, header=HEADER):
        path = tmp_path / "voices.csv"
        path.write_text(header + "".join(ROW.format(file=file, voice=voice) for file, voice in rows))
        return path

    return write


def test_files_that_share_a_voice_are_a_group(manifest):
    path = manifest(("a.wav", "mia"), ("b.wav", "mia"), ("c.wav", ""), ("d.wav", "alone"))
    assert voice_groups(path, ["a.wav", "b.wav", "c.wav", "d.wav", "e.wav"]) == {"a.wav": "mia", "b.wav": "mia"}


def test_a_row_of_a_folder_is_of_all_below_it_but_for_rows_of_their_own(manifest):
    path = manifest(("mia", "mia"), ("mia/other.wav", "guest"), ("jo/old", ""))
    names = ["mia/a.wav", "mia/deep/b.wav", "mia/other.wav", "jo/old/c.wav"]
    assert voice_groups(path, names) == {"mia/a.wav": "mia", "mia/deep/b.wav": "mia"}


def test_consent_is_not_asked_for_where_nothing_is_sent(tmp_path):
    path = tmp_path / "voices.csv"
    path.write_text("file,voice\n.,everybody\n")
    assert voice_groups(path, ["a.wav", "b.wav"]) == {"a.wav": "everybody", "b.wav": "everybody"}
    path.write_text("file,voise\n.,everybody\n")
    with pytest.raises(ManifestError, match="did you mean voice"):
        voice_groups(path, ["a.wav"])


@pytest.mark.parametrize(
    ("written", "name"),
    [("mia", "mia"), ("../../etc", "_.._etc"), ("a/b\\c:d", "a_b_c_d"), (" . ", "voice"), ("m\na", "m_a"),
     ("é" * 200, "é" * 100)],
)  # fmt: skip
def test_a_voice_is_never_a_path(written, name):
    assert safe_name(written) == name


def test_the_assembled_sample_gets_the_voice_of_its_group(manifest):
    read = read_manifest(manifest(("a.wav", "m/ia"), ("b.wav", "m/ia"), ("c.wav", "")))
    assert read.match(["m_ia", "c.wav"]).keys() == {"m_ia", "c.wav"}
    assert read.check_files(["m_ia", "c.wav", "a.wav", "b.wav"]) == []
    assert len(read.check_files(["m_ia", "c.wav"])) == 2


def test_rows_of_one_voice_must_agree(manifest):
    path = manifest(("a.wav", "mia"))
    path.write_text(path.read_text() + "b.wav,Maria,female,by mail,mia\n")
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    assert caught.value.mistakes == ("row 3, column voice_name: row 2 says something else of the voice mia",)


def test_what_a_record_was_assembled_from():
    notes = {"clips": [{"path": "b.wav"}, {"path": "a.wav"}, {"path": "a.wav"}], "unread": {"c.wav": "broken"}}
    record = Record(path="mia", status=Status.REVIEW, steps=(Step(name="assemble", notes=notes),))
    alone = Record(path="d.wav", status=Status.REVIEW)
    assert assembled_from([record, alone]) == {"mia": ["a.wav", "b.wav", "c.wav"]}


def test_groups_stand_where_their_first_member_stood(tmp_path):
    sources = [SourceFile(tmp_path / name, name) for name in ("a", "b", "c", "d")]
    work = together(sources, {"b": "group", "d": "group"})
    assert [each.name for each in work] == ["a", "group", "c"]
    assert [member.name for member in work[1].members] == ["b", "d"]


def test_a_group_never_takes_the_name_of_a_file(tmp_path):
    sources = [SourceFile(tmp_path / name, name) for name in ("mia", "b", "c")]
    assert [each.name for each in together(sources, {"b": "Mia", "c": "Mia"})] == ["mia", "Mia (together)"]


def test_folders_are_named_by_where_they_are(tmp_path):
    for folder in ("one/mia", "two/mia", "one"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "a.wav").write_bytes(b"x")
    sources = find_sources([tmp_path / "one", tmp_path / "two"])
    assert sorted(set(folders(sources).values())) == ["one", "one/mia", "two/mia"]


def test_the_digest_of_a_group_is_of_its_members(tmp_path):
    files = [tmp_path / name for name in ("a.wav", "b.wav")]
    for file in files:
        file.write_bytes(b"x")
    group = SourceGroup("mia", tuple(SourceFile(file, file.name) for file in files))
    before = group.digest()
    files[1].write_bytes(b"y")
    assert group.digest() != before
    assert group.size_bytes == 2
