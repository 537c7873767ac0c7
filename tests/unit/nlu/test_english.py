"""All components cut a message into words by one tokenizer, once."""

from __future__ import annotations

from bot.nlu.english import doc_of, english


def test_words_tell_what_is_asked_of_them() -> None:
    words = doc_of("Can't I, Ana , pay?")

    assert [word.lower_ for word in words] == ["ca", "n't", "i", ",", "ana", ",", "pay", "?"]
    assert [word.text for word in words if word.is_title] == ["Ca", "I", "Ana"]
    assert [word.text for word in words if word.is_punct] == [",", ",", "?"]
    assert [word.is_alpha for word in words][:3] == [True, False, True]


def test_a_message_is_cut_once_for_all_who_ask() -> None:
    assert doc_of("where is my order") is doc_of("where is my order")
    assert doc_of("where is my order").vocab is english().vocab


def test_spaces_between_words_are_told_from_words() -> None:
    assert [word.text for word in doc_of("pay   now") if not word.is_space] == ["pay", "now"]
