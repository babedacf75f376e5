import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.joining import FADE_S
from pipeline.selection.parts import MOST_GAIN_DB, Part, assembled
from tests.recordings import RATE, clips, man, woman
from tests.signals import audio, white


def part(wave, name="a.wav", start_s=0.0):
    return Part(name, start_s, audio(wave))


ONE, TWO = clips(woman(), 6.0, 2)


def test_levels_are_matched_and_the_map_is_true_to_the_sample():
    parts = [part(ONE, "a.wav", 1.0), part(0.4 * TWO, "b.wav", 20.0)]
    joined, entries, gains_db = assembled(parts)
    levels = [Analysis(audio(wave)).speech_level_dbfs for wave in (ONE, 0.4 * TWO)]
    assert gains_db[1] - gains_db[0] == pytest.approx(levels[0] - levels[1], abs=0.02)
    assert joined.frames == ONE.size + TWO.size - round(FADE_S * RATE)
    ends = [at_s + length_s for at_s, _, _, length_s in entries]
    assert (entries[0][0], ends[0], ends[1]) == (0.0, entries[1][0], pytest.approx(joined.duration_s, abs=1e-3))
    half_s = FADE_S / 2.0
    assert entries[0][1:] == ["a.wav", 1.0, pytest.approx(ONE.size / RATE - half_s, abs=1e-3)]
    assert entries[1][1:3] == ["b.wav", pytest.approx(20.0 + half_s)]


def test_every_second_of_the_output_is_the_second_of_the_source_that_the_map_says():
    sources = {"a.wav": ONE, "b.wav": TWO}
    joined, entries, gains_db = assembled([part(ONE, "a.wav"), part(TWO, "b.wav")])
    for (at_s, path, source_s, length_s), gain_db in zip(entries, gains_db, strict=True):
        first, start = round(at_s * RATE), round(source_s * RATE)
        size, edge = round(length_s * RATE), round(FADE_S * RATE)
        heard = joined.wave[0, first + edge : first + size - edge]
        meant = sources[path][start + edge : start + size - edge] * 10.0 ** (gain_db / 20.0)
        assert np.abs(heard - meant).max() < 1e-6


def test_one_part_is_left_bit_for_bit():
    joined, entries, gains_db = assembled([part(ONE, "a.wav", 3.0)])
    assert np.array_equal(joined.wave[0], ONE)
    assert (entries, gains_db) == ([[0.0, "a.wav", 3.0, round(ONE.size / RATE, 6)]], [0.0])


def test_no_part_is_raised_without_end():
    _, _, gains_db = assembled([part(ONE), part(1e-3 * TWO), part(TWO)])
    assert max(gains_db) == MOST_GAIN_DB


@pytest.mark.parametrize(
    ("other", "fits"),
    [(TWO, True), (0.5 * TWO, True), (0.1 * TWO, False), (TWO + 0.01 * white(TWO.size / RATE)[: TWO.size], False),
     (man()[: 6 * RATE], False), (np.zeros(RATE, dtype=np.float32), False)],
    ids=["same voice", "softer", "far off", "noisy", "another voice", "silence"],
)  # fmt: skip
def test_what_can_be_joined(other, fits):
    assert part(ONE).fits(part(other)) is fits
