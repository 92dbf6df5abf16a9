import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.generation.sampling import distribution, following, sample
from presets.bundles.settings import Sampling, SettingsError

P = np.array([0.1, 0.4, 0.2, 0.3], dtype=np.float32)

probabilities = (
    st.lists(st.floats(0, 1, width=32), min_size=2, max_size=40)
    .filter(lambda values: sum(values) > 1e-3)
    .map(lambda values: np.array(values, dtype=np.float32) / np.float32(sum(values)))
)
samplings = st.builds(
    Sampling,
    temperature=st.floats(0, 10),
    top_k=st.integers(0, 50),
    top_p=st.floats(0, 1, exclude_min=True),
)


def of(p, sampling):
    with np.errstate(divide="ignore"):
        return distribution(np.log(p.astype(np.float64)), sampling)


def draw(p, sampling, rng):
    with np.errstate(divide="ignore"):
        return sample(np.log(p.astype(np.float64)), sampling, rng)


@given(probabilities, samplings)
def test_what_is_drawn_from_is_always_a_of(p, sampling):
    drawn_from = of(p, sampling)
    assert drawn_from.shape == p.shape
    assert np.isfinite(drawn_from).all()
    assert (drawn_from >= 0).all()
    assert drawn_from.sum() == pytest.approx(1)
    assert drawn_from[np.argmax(p)] > 0


@given(probabilities, samplings, st.integers(0, 2**32))
def test_a_sample_is_always_among_the_kept(p, sampling, seed):
    assert of(p, sampling)[draw(p, sampling, np.random.default_rng(seed))] > 0


@given(probabilities)
def test_nothing_set_is_the_plain_of(p):
    np.testing.assert_allclose(of(p, Sampling()), p / p.sum(dtype=np.float64), atol=1e-6)


@given(probabilities, st.integers(0, 2**32))
def test_temperature_0_is_argmax(p, seed):
    assert draw(p, Sampling(temperature=0), np.random.default_rng(seed)) == np.argmax(p)


def test_a_low_temperature_comes_near_argmax():
    assert of(P, Sampling(temperature=0.01))[1] == pytest.approx(1)


def test_temperature_sharpens_and_flattens():
    np.testing.assert_allclose(of(P, Sampling(temperature=0.5)), P**2 / (P**2).sum(), rtol=1e-6)
    np.testing.assert_allclose(of(P, Sampling(temperature=2)), P**0.5 / (P**0.5).sum(), rtol=1e-6)


def test_top_k_keeps_the_k_likeliest():
    np.testing.assert_allclose(of(P, Sampling(top_k=2)), [0, 4 / 7, 0, 3 / 7], rtol=1e-6)


def test_top_p_keeps_the_fewest_that_reach_p():
    np.testing.assert_allclose(of(P, Sampling(top_p=0.5)), [0, 4 / 7, 0, 3 / 7], rtol=1e-6)
    np.testing.assert_allclose(of(P, Sampling(top_p=0.3)), [0, 1, 0, 0])


def test_samples_follow_the_of():
    rng = np.random.default_rng(1)
    counts = np.bincount([draw(P, Sampling(), rng) for _ in range(20_000)], minlength=4)
    np.testing.assert_allclose(counts / counts.sum(), P, atol=0.015)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"temperature": -0.1}, r"^temperature must be 0\.\.10, got -0\.1$"),
        ({"top_k": -1}, r"^top-k \(0 is all\) must be 0\.\.1e\+06, got -1$"),
        ({"top_p": 0.0}, r"^top-p must be above 0 and at most 1, got 0\.0$"),
        ({"top_p": 1.5}, r"^top-p must be above 0 and at most 1, got 1\.5$"),
        ({"temperature": float("nan")}, r"^temperature must be 0\.\.10, got nan$"),
    ],
)
def test_impossible_values_are_refused(values, message):
    with pytest.raises(SettingsError, match=message):
        Sampling(**values)


def test_a_choice_that_follows_keeps_its_distance():
    own, preset = Sampling(1.2, 0, 0.99), Sampling(0.8, 0, 0.95)
    assert following(own, preset, preset) == own
    safer = following(own, Sampling(0.4, 0, 0.95), preset)
    assert (safer.temperature, safer.top_p) == (pytest.approx(0.6), pytest.approx(0.99))
    assert following(own, Sampling(0.8, 0, 0.475), preset).top_p == pytest.approx(0.495)
    assert following(Sampling(), Sampling(0.8, 0, 1.0), preset).top_p == 1
    assert following(own, Sampling(0.8, 7, 0.95), preset).top_k == 7
    assert following(own, Sampling(0, 0, 0.95), preset).temperature == 0
    assert following(own, Sampling(10, 0, 0.95), preset).temperature == 10
    assert following(own, Sampling(0.7), Sampling(0)) == Sampling(0.7, 0, 0.99)
