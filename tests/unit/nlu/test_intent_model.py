from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.encoder import Encoder
from bot.nlu.intent_model import IntentModel, Reading
from bot.nlu.intent_training import IntentSettings, TooFewIntentsError, train_intents
from bot.nlu.ngrams import Ngrams

EXAMPLES = {
    "greet": ["hello", "hi there", "good morning", "hey", "hiya", "good evening"],
    "order_status": ["where is my order", "track my parcel", "has it shipped", "any news on my delivery", "is it late"],
    "ask_faq": [
        "how much is postage",
        "do you sell boots",
        "are returns free",
        "when are you open",
        "do you ship abroad",
    ],
}


@pytest.fixture(scope="module")
def model(encoder: Encoder) -> IntentModel:
    return trained(encoder, IntentSettings())


def trained(encoder: Encoder, settings: IntentSettings, names: tuple[str, ...] = tuple(EXAMPLES)) -> IntentModel:
    texts = [text for name in names for text in EXAMPLES[name]]
    intents = [name for name in names for _ in EXAMPLES[name]]
    return train_intents(texts=texts, encoded=encoder.encode_both(texts), intents=intents, settings=settings)


def first(model: IntentModel, encoder: Encoder, text: str) -> str:
    return read(model, encoder, text).ranking[0].intent


def read(model: IntentModel, encoder: Encoder, text: str) -> Reading:
    embeddings, halfway = encoder.encode_both([text])
    return model.read(text, embeddings[0], halfway[0])


@pytest.mark.parametrize(
    ("text", "intent"),
    [("good afternoon", "greet"), ("wheres my order??", "order_status"), ("what does postage cost", "ask_faq")],
)
def test_unseen_wordings_are_understood(model: IntentModel, encoder: Encoder, text: str, intent: str) -> None:
    assert first(model, encoder, text) == intent


def test_all_intents_are_ranked_and_their_confidences_make_one(model: IntentModel, encoder: Encoder) -> None:
    ranking = read(model, encoder, "hello").ranking

    assert {guess.intent for guess in ranking} == set(EXAMPLES)
    assert sum(guess.confidence for guess in ranking) == pytest.approx(1)
    assert ranking == sorted(ranking, key=lambda guess: -guess.confidence)


def test_a_stored_model_says_the_same(model: IntentModel, encoder: Encoder, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = IntentModel.load(tmp_path)

    for text in ("hello", "my parcel is late", "", "🏔️"):
        assert read(again, encoder, text).ranking == read(model, encoder, text).ranking


def test_parts_of_an_intent_are_told_apart_and_make_one_intent(encoder: Encoder) -> None:
    texts = [
        "are returns free",
        "what does sending back cost",
        "do you ship to France",
        "delivery to Spain",
        "hello",
        "hi",
    ]
    labels = ["ask_faq#cost", "ask_faq#cost", "ask_faq#abroad", "ask_faq#abroad", "greet", "greet"]
    model = train_intents(texts=texts, encoded=encoder.encode_both(texts), intents=labels, settings=IntentSettings())
    reading = read(model, encoder, "is returning things free")
    ranking, parts = {guess.intent: guess.confidence for guess in reading.ranking}, reading.parts

    assert set(ranking) == {"ask_faq", "greet"}
    assert parts["cost"] > parts.get("abroad", 0)
    assert sum(parts.values()) == pytest.approx(ranking["ask_faq"], abs=1e-3)  # less likely parts are left out


def test_what_is_far_from_every_example_is_likely_none_of_them(encoder: Encoder) -> None:
    known = {
        "greet": ["hello", "hi there", "good morning", "hey", "hello you", "good evening"],
        "order_status": [
            "where is my order",
            "track my parcel",
            "has it shipped",
            "order status",
            "when does it come",
            "no parcel yet",
        ],
        "out_of_scope": [
            "who won the match",
            "tell me a joke",
            "is it raining",
            "capital of France",
            "play a song",
            "buy shares",
        ],
    }
    rows = [(text, intent) for intent, texts in known.items() for text in texts]
    texts = [text for text, _ in rows]
    model = train_intents(
        texts=texts,
        encoded=encoder.encode_both(texts),
        intents=[intent for _, intent in rows],
        settings=IntentSettings(),
    )
    near, far = "where is my order please", "photosynthesis converts sunlight"

    def unknown(text: str) -> float:
        ranking = read(model, encoder, text).ranking
        return next(guess.confidence for guess in ranking if guess.intent == "out_of_scope")

    assert unknown(far) > unknown(near)


def test_two_intents_are_enough(encoder: Encoder) -> None:
    model = trained(encoder, IntentSettings(), names=("greet", "ask_faq"))

    assert first(model, encoder, "hello there") == "greet"
    assert first(model, encoder, "are returns free of charge") == "ask_faq"


def test_one_intent_is_refused_with_the_fix(encoder: Encoder) -> None:
    with pytest.raises(TooFewIntentsError):
        trained(encoder, IntentSettings(), names=("greet",))


def test_ngrams_of_a_text_are_a_unit_vector_and_unknown_ones_count_for_nothing() -> None:
    ngrams = Ngrams.learn(["where is my order", "where is my parcel"])

    assert np.linalg.norm(ngrams.features("where is my order")[1]) == pytest.approx(1)
    assert len(ngrams.features("ζζζ")[0]) == 0


def test_all_figures_are_alike_to_the_ngrams() -> None:
    ngrams = Ngrams.learn(["order 1042", "order 1107"])

    assert (ngrams.features("order 1999")[0] == ngrams.features("order 1042")[0]).all()
