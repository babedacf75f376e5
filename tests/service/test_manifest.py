import pytest

from pipeline.errors import ManifestError, MistakesError, UsageError
from pipeline.service import Defaults, Gender, read_manifest, voices_without_manifest

HEADER = "file,voice_name,gender,age,language,description,consent,enhance_audio,voice\n"


@pytest.fixture
def write(tmp_path):
    def writer(text, name="voices.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return writer


def mistakes(path, defaults=None):
    with pytest.raises(ManifestError) as caught:
        read_manifest(path, defaults)
    return list(caught.value.mistakes)


def test_csv_and_toml_say_the_same(write):
    csv = write(HEADER + 'mia/a.mp3,"Mia ""M""",female,30,es-ES,Calm,by mail,true,mia\nleo,Leo,1,,,,by hand,,\n')
    toml = write(
        """
        [[voice]]
        file = "mia/a.mp3"
        voice_name = 'Mia "M"'
        gender = "female"
        age = 30
        language = 54
        description = "Calm"
        consent = "by mail"
        enhance_audio = true
        voice = "mia"
        [[voice]]
        file = "leo/"
        voice_name = "Leo"
        gender = 1
        consent = "by hand"
        """,
        "voices.toml",
    )
    one, other = read_manifest(csv).rows, read_manifest(toml).rows
    assert [(row.file, row.voice) for row in one] == [(row.file, row.voice) for row in other]
    mia = one[0].voice
    assert (mia.name, mia.gender, mia.age, mia.language, mia.enhance_audio) == ('Mia "M"', Gender.FEMALE, 30, 54, True)
    assert (mia.group, one[1].voice.enhance_audio) == ("mia", "auto")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_what_spreadsheets_write(write, encoding):
    path = write("Consent;GENDER; file ;voice_name\r\nyes, by mail;2;a.wav;Zoë\r\n;;;\r\n", encoding=encoding)
    row = read_manifest(path).rows[0]
    assert (row.file, row.voice.name, row.voice.consent) == ("a.wav", "Zoë", "yes, by mail")


def test_the_command_line_fills_what_a_row_leaves_empty(write):
    path = write("file,voice_name,age\na.wav,A,\nb.wav,B,70\n")
    defaults = Defaults(gender="male", age=20, language="ja", consent="all signed", enhance="off")
    first, second = (row.voice for row in read_manifest(path, defaults).rows)
    assert (first.gender, first.age, first.language, first.consent) == (Gender.MALE, 20, 88, "all signed")
    assert (second.age, second.enhance_audio) == (70, False)


def test_every_mistake_at_once_by_row_and_column(write):
    path = write(
        HEADER
        + "a.wav,A,fem,0,en,,ok,maybe,\n"
        + "\n"
        + 'b.wav,"two\nlines",female,,,,,,\n'
        + ",C,male,,xx-YY,,ok,,\n"
        + "a.wav,D,,,,,ok,,,extra\n"
    )
    told = mistakes(path)
    expected = [
        "row 5: it has more cells",
        "row 2, column gender: it must be male",
        "row 2, column age: it must be a whole number",
        "row 2, column language: en could be",
        "row 2, column enhance_audio: it must be true, false or auto",
        "row 4, column voice_name: it holds a line break",
        "row 4, column consent: it is missing",
        "row 5, column file: it is missing",
        "row 5, column language: the service has no language",
        "row 6, column gender: it is missing",
        "row 6, column file: a.wav is named in row 2 too",
    ]
    expected[0] = "row 6: it has more cells"
    assert len(told) == len(expected)
    assert all(text.startswith(start) for text, start in zip(told, expected, strict=True)), told
    assert "(or give --consent)" in told[6]


def test_toml_names_the_voice(write):
    path = write('[other]\n[[voice]]\nfile = 3\nvoice_name = 5\ngender = "male"\nconsent = "ok"\nagee = 3\n', "a.toml")
    told = mistakes(path)
    assert told[0] == "other: only [[voice]] tables may stand here"
    assert told[1] == "voice 1, agee: there is no such key: did you mean age?"
    assert told[2].startswith("voice 1, file: it is missing")
    assert told[3] == "voice 1, voice_name: it must be text, not 5"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "file,voice_name,gendre,consent\na,A,male,ok\n",
            "row 1, column gendre: there is no such column: did you mean gender",
        ),
        ("file,voice_name,gender,consent,file\na,A,male,ok,b\n", "row 1, column file: it is there twice"),
        ("file,voice_name,consent\na,A,ok\nb,B,ok\n", r"row 1: the column gender is missing \(or give --gender\)"),
        ("file,gender,consent\na,male,ok\n", "row 1: the column voice_name is missing"),
        ("voice_name,gender,consent\nA,male,ok\n", "row 1: the column file is missing"),
        ("file,voice_name,gender,consent\n", "it is empty"),
        ("", "the column file is missing"),
        ('file,voice_name,gender,consent\na,"A,male,ok\n', "row 2: it cannot be read, look at its quotation marks"),
    ],
)
def test_mistakes_of_form(write, text, message):
    with pytest.raises(ManifestError, match=message):
        read_manifest(write(text))


def test_a_column_that_is_missing_is_told_of_once(write):
    assert len(mistakes(write("file,voice_name,consent\na,A,ok\nb,B,ok\n"))) == 1


def test_files_that_are_no_manifest(write, tmp_path):
    with pytest.raises(UsageError, match="There is no manifest"):
        read_manifest(tmp_path / "no.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_manifest(tmp_path)
    assert mistakes(write("file\nzo\xeb", encoding="latin-1")) == ["it is not UTF-8: save it as CSV UTF-8"]
    assert mistakes(write("[[voice", "a.toml"))[0].startswith("it is not TOML")
    assert mistakes(write("voice = 3", "b.toml"))[-1] == "voice: write one [[voice]] table a voice"


def test_wrong_defaults_are_told_of_by_their_option():
    with pytest.raises(MistakesError) as caught:
        Defaults(gender="x", age="-1", language="en", consent=" ", enhance="perhaps")
    assert [mistake.partition(":")[0] for mistake in caught.value.mistakes] == [
        "--gender",
        "--age",
        "--language",
        "--consent",
        "--enhance",
    ]


@pytest.fixture
def folders(write):
    return read_manifest(
        write(HEADER + "./mia/,Folder,2,,,,ok,,\nmia/old,Older,2,,,,ok,,\nmia\\a.mp3,Exact,2,,,,ok,,\n")
    )


def test_a_sample_takes_its_own_row_else_the_nearest_folder(folders):
    paths = ["mia/a.mp3", "mia/b.mp3", "mia/old/c.mp3", "mia/older/d.mp3", "miaa/e.mp3", "mia.mp3"]
    assert {path: voice.name for path, voice in folders.match(paths).items()} == {
        "mia/a.mp3": "Exact",
        "mia/b.mp3": "Folder",
        "mia/old/c.mp3": "Older",
        "mia/older/d.mp3": "Folder",
    }


def test_a_dot_is_everything_and_composed_names_are_the_same(write):
    manifest = read_manifest(write(HEADER + ".,All,2,,,,ok,,\nzo\u00eb.mp3,Zoe,2,,,,ok,,\n"))
    found = manifest.match(["x/y.mp3", "zoe\u0308.mp3"])
    assert [voice.name for voice in found.values()] == ["All", "Zoe"]
    assert manifest.check_files(["zoe\u0308.mp3"]) == []


def test_rows_that_fit_no_sample(folders):
    told = folders.check_files(["mia/b.mp3", "mia/olt/c.mp3"])
    assert told == [
        "row 3, column file: there is no sample called mia/old: did you mean mia/olt?",
        "row 4, column file: there is no sample called mia/a.mp3: did you mean mia/b.mp3?",
    ]


def test_without_a_manifest_voices_have_the_names_of_the_files():
    paths = ["a.mp3", "mia/take.mp3", "leo/take.mp3", "leo/b.mp3", "leo/b.wav"]
    found = voices_without_manifest(paths, Defaults(gender="female", consent="ok"))
    assert [found[path].name for path in paths] == ["a", "mia/take", "leo/take", "leo/b.mp3", "leo/b.wav"]


def test_without_a_manifest_gender_and_consent_are_needed():
    with pytest.raises(UsageError) as caught:
        voices_without_manifest(["a.mp3"], Defaults())
    assert "--gender is missing" in str(caught.value)
    assert "--consent is missing" in str(caught.value)
    with pytest.raises(MistakesError, match="line break"):
        voices_without_manifest(["a\nb.mp3"], Defaults(gender=1, consent="ok"))


def test_a_file_that_shows_consent_is_named_from_the_manifest_on(write, tmp_path):
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms/mia.pdf").write_bytes(b"%PDF")
    header = "file,voice_name,gender,consent,age\n"
    (row,) = read_manifest(write(f"{header}a.wav,Mia,female,file:forms/mia.pdf,\n")).rows
    assert row.voice.consent.startswith("file:forms/mia.pdf (sha256 ")
    with pytest.raises(ManifestError) as caught:
        read_manifest(write(f"{header}a.wav,Mia,female,file:forms/leo.pdf,0\n"))
    assert "row 2, column consent: the file 'forms/leo.pdf' that is to show it cannot be read" in str(caught.value)
    assert "row 2, column age" in str(caught.value)
