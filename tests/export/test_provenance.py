"""What a model card says of whose music a preset has learnt from."""

import pytest

from export.provenance import describe_corpus

NOTHING = {"name": "", "author": "", "licence": "", "source": "", "files": {"a.jsonl": "", "b.jsonl": ""}}
JOURNALS = {
    "players": "both",
    "sets": 2,
    "first": "2026-11-14",
    "last": "2026-11-21",
    "presets": ["bach", "chopin"],
}


def lines(**facts):
    return describe_corpus({"corpus": NOTHING, **facts}).splitlines()


def test_music_of_which_nothing_is_stated():
    assert lines() == [
        "Not stated (no corpus.toml lay beside the music). Find out whose it is before you pass this on."
    ]


def test_ones_own_sets_bring_along_what_segue_had_learnt_from():
    assert lines(journals=JOURNALS) == [
        "- 2 journals of sets played with segue, 2026-11-14 to 2026-11-21: what both the player and segue "
        "played",
        "- what segue played there is derived from the corpora of its presets then, bach, chopin: the "
        "licences in their cards hold for these weights and seeds, too",
    ]


@pytest.mark.parametrize("change", [{"players": "player"}, {"presets": []}])
def test_what_one_has_played_oneself_is_ones_own(change):
    assert len(lines(journals={**JOURNALS, **change})) == 1


def test_of_one_day():
    journals = {**JOURNALS, "sets": 1, "last": "2026-11-14", "players": "player"}
    files = {"a.jsonl": ""}
    assert describe_corpus({"corpus": {**NOTHING, "files": files}, "journals": journals}) == (
        "- 1 journal of sets played with segue, 2026-11-14: what the player played"
    )


def test_journals_among_other_files():
    files = {**NOTHING["files"], "c.mid": ""}
    assert lines(corpus={**NOTHING, "files": files}, journals=JOURNALS)[-1].startswith(
        "Whose the other files are is not stated (no corpus.toml lay beside the music)."
    )
    stated = {**NOTHING, "files": files, "name": "Tunes", "licence": "CC0"}
    assert lines(corpus=stated, journals=JOURNALS)[:2] == [
        "- what: Tunes",
        "- licence: CC0",
    ]
