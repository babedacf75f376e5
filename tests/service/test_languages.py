import pytest

from pipeline.errors import UsageError
from pipeline.service import Gender, parse_gender, parse_language
from pipeline.service.languages import languages


def test_the_table_is_the_one_of_the_page():
    assert [language.id for language in languages()] == [*range(1, 137), *range(139, 151)]
    assert len({language.code for language in languages()}) == 148
    assert all(language.name for language in languages())
    names = {language.code: language.name for language in languages()}
    assert names["es-ES"] == "Spanish (Spain)"
    assert names["zh-CN-henan"] == "Chinese (Henan, China)"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("54", 54),
        (54, 54),
        (" 54 ", 54),
        ("es-ES", 54),
        ("ES_es", 54),
        ("en-us", 1),
        ("zh_cn_HENAN", 140),
        ("zh-CN", 139),
        ("ja", 88),
        ("FIL", 72),
        ("150", 150),
    ],
)
def test_ids_and_tags(text, number):
    assert parse_language(text) == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("en", r"en could be en-US \(1\), en-AU \(33\).* and 8 more: say which"),
        ("zh", "zh could be zh-CN"),
        ("fr", r"fr could be fr-BE \(73\), fr-CA \(74\), fr-CH \(75\), fr-FR \(76\): say which"),
        ("xx", "no language 'xx': voiceprep languages"),
        ("es-ESP", r"did you mean .*es-ES \(54\)"),
        ("137", "no language with the id 137"),
        ("151", "no language with the id 151"),
        ("0", "no language with the id 0"),
        ("-1", "no language with the id -1"),
        ("054", "no language with the id 054"),
        ("9" * 5000, "no language with the id 9"),
        ("", "no language ''"),
        (True, "must be a tag"),
        (1.0, "must be a tag"),
        (None, "must be a tag"),
    ],
)
def test_it_never_guesses(text, message):
    with pytest.raises(UsageError, match=message):
        parse_language(text)


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("male", Gender.MALE),
        (" Female ", Gender.FEMALE),
        ("UNKNOWN", Gender.UNKNOWN),
        ("not applicable", Gender.NOT_APPLICABLE),
        ("Not_Applicable", Gender.NOT_APPLICABLE),
        ("9", Gender.NOT_APPLICABLE),
        (0, Gender.UNKNOWN),
        (Gender.MALE, Gender.MALE),
    ],
)
def test_genders(text, gender):
    assert parse_gender(text) is gender


@pytest.mark.parametrize("text", ["", "m", "3", 5, True, 1.0, None, [1]])
def test_other_genders_are_refused(text):
    with pytest.raises(UsageError, match=r"must be male, female, unknown or not-applicable \(or 1, 2, 0, 9\)"):
        parse_gender(text)
