"""What every metric promises, over the table of metrics."""

import math
import pickle

import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.metrics import METRICS
from pipeline.records import METRIC_NAMES
from pipeline.steps import Metric
from tests.signals import EDGE_CASES, audio, in_room, voice

RATIOS = [name for name in METRICS if name.endswith("_ratio")]


def test_the_table_holds_the_metrics_that_a_record_speaks_of():
    assert len(METRICS) >= 10
    assert set(METRIC_NAMES) <= set(METRICS)
    assert all(isinstance(metric, Metric) for metric in METRICS.values())


@pytest.mark.parametrize("name", METRICS)
def test_the_name_ends_in_the_unit(name):
    unit = METRICS[name].unit.lower().replace(" ", "")
    assert name.endswith(
        {"s": "_s", "db": "_db", "hz": "_hz", "syllables/s": "_syllables_per_s", "permin": "_per_min"}.get(
            unit, f"_{unit}"
        )
    )
    assert METRICS[name].__doc__


@pytest.mark.parametrize("case", EDGE_CASES)
@pytest.mark.parametrize("name", METRICS)
def test_the_edges_give_a_number_or_a_reason(name, case):
    reading = METRICS[name].measure(Analysis(EDGE_CASES[case]))
    if reading.value is None:
        assert reading.why
    else:
        assert math.isfinite(reading.value)
    if name in RATIOS and reading.value is not None:
        assert 0.0 <= reading.value <= 1.0


@pytest.mark.parametrize("name", METRICS)
def test_measuring_twice_gives_the_same_and_leaves_the_wave_alone(name):
    sound = audio(in_room(voice(6.0)))
    kept = sound.wave.copy()
    first, second = (METRICS[name].measure(Analysis(sound)) for _ in range(2))
    assert first == second
    assert np.array_equal(sound.wave, kept)
    assert pickle.loads(pickle.dumps(METRICS[name])) == METRICS[name]


@pytest.mark.parametrize("name", METRICS)
def test_two_equal_channels_measure_as_one(name):
    mono = in_room(voice(12.0))
    one, two = (METRICS[name].measure(Analysis(audio(wave))).value for wave in (mono, np.stack([mono, mono])))
    assert two == pytest.approx(one, rel=1e-4)


GAIN_MOVES = {"noise_floor_dbfs", "loudness_lufs", "true_peak_dbtp", "speech_level_dbfs"}


@pytest.mark.parametrize("gain_db", [-30.0, 6.0])
@pytest.mark.parametrize("name", METRICS)
def test_gain_moves_levels_and_nothing_else(name, gain_db):
    wave = in_room(voice(12.0), -60.0)
    gained = wave * np.float32(10.0 ** (gain_db / 20.0))
    before, after = (METRICS[name].measure(Analysis(audio(each))).value for each in (wave, gained))
    assert after - before == pytest.approx(gain_db if name in GAIN_MOVES else 0.0, abs=0.1 + 1e-3 * abs(before))


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("name", ["snr_db", "noise_floor_dbfs", "speech_level_dbfs", "bandwidth_hz", "loudness_lufs"])
def test_digital_silence_counts_for_nothing(name, where):
    wave, zeros = in_room(voice(9.0), -60.0), np.zeros(5 * 16000, np.float32)
    padded = np.concatenate([zeros, wave] if where == "before" else [wave, zeros])
    alone, with_zeros = (METRICS[name].measure(Analysis(audio(each))).value for each in (wave, padded))
    assert with_zeros == pytest.approx(alone, abs=1.0 if name != "bandwidth_hz" else 100.0)
