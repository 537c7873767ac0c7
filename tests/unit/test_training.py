"""Training, with a Rasa that writes its archive at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import training
from bot.training import TrainingFailed, train


class Rasa:
    """Trains as told, once so many callers look for a model together."""

    def __init__(self, callers: int = 1, *, fails: bool = False) -> None:
        self.trainings = 0
        self._fails = fails
        self._looked = threading.Barrier(callers)

    def where(self, models: Path) -> Path:
        """Where the model of the present sources is."""
        self._looked.wait(timeout=10)
        return models / "threadkeeper-1.tar.gz"

    def train(self, target: Path) -> Iterator[str]:
        """What Rasa prints, and its archive."""
        self.trainings += 1
        yield "Starting to train component 'SentenceEncoder'.\n"
        if self._fails:
            yield "A rule contradicts another.\n"
            return
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(b"half")
        yield "Finished training component 'SentenceEncoder'.\n"
        target.write_bytes(b"half and half")


def use(rasa: Rasa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "model_for_sources", rasa.where)
    monkeypatch.setattr(training, "_rasa_train", rasa.train)


def test_of_processes_that_start_side_by_side_one_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rasa = Rasa(callers=4)
    use(rasa, monkeypatch)

    with ThreadPoolExecutor(4) as starting:
        models = set(starting.map(lambda _: train(tmp_path, on_step=lambda _: None), range(4)))

    assert rasa.trainings == 1
    assert [model.read_bytes() for model in models] == [b"half and half"]


def test_a_model_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(Rasa(), monkeypatch)
    seen: list[list[Path]] = []

    train(tmp_path, on_step=lambda _: seen.append(list(tmp_path.glob("*.tar.gz"))))

    assert seen == [[]]
    assert len(list(tmp_path.glob("*.tar.gz"))) == 1


def test_a_training_that_fails_says_why_and_leaves_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(Rasa(fails=True), monkeypatch)

    with pytest.raises(TrainingFailed, match="A rule contradicts another"):
        train(tmp_path, on_step=lambda _: None)

    assert list(tmp_path.glob("*.tar.gz")) == []
