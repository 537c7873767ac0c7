"""Models beside the one that serves customers: its next version, and one of an earlier domain.

Both are kept under models/tests by what they are made from, and trained when they are not there: the next version in
half a minute, since most of it is in Rasa's cache.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from bot.nlu.quiet import silence
from bot.settings import PROJECT
from bot.training import model_for_sources

KEPT = PROJECT / "models" / "tests"
SWAP_RULE = {"rule": "Swap", "steps": [{"intent": "swap_item"}, {"action": "swap_form"}, {"active_loop": "swap_form"}]}
BY_BUTTONS = [{"name": "bot.nlu.tokens.SpacyTokens"}, {"name": "bot.nlu.spelling.Spelling"}]
"""Of the understanding, what a press of a button needs; Rasa wants an intent classifier beside it."""


def trained_anew() -> Path:
    """The same data with another policy setting: a new model, as far as a conversation can tell."""
    config = _read("config.yml")
    for policy in config["policies"]:
        if policy["name"] == "MemoizationPolicy":
            policy["max_history"] = 4
    return _trained("anew", config, _read("domain.yml"), {}, [PROJECT / "nlu_data"])


def trained_earlier() -> Path:
    """As before the domain was changed: a task more, and a question more in the returns. It knows presses only."""
    domain = _read("domain.yml")
    domain["intents"].append("swap_item")
    domain["forms"]["swap_form"] = {"required_slots": ["swap_size"]}
    domain["forms"]["return_form"]["required_slots"].append("return_note")
    for slot in ("swap_size", "return_note"):
        domain["slots"][slot] = {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    domain["responses"]["utter_ask_swap_size"] = [{"text": "Which size would you like instead?"}]
    config = _read("config.yml") | {"pipeline": [*BY_BUTTONS, {"name": "KeywordIntentClassifier"}]}
    del config["importers"]
    return _trained(
        "earlier", config, domain, {"version": "3.1", "rules": [SWAP_RULE]}, [PROJECT / "nlu_data/rules.yml"]
    )


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))
    return read


def _trained(
    name: str, config: Mapping[str, Any], domain: Mapping[str, Any], rules: Mapping[str, Any], data: Sequence[Path]
) -> Path:
    made_of = json.dumps([config, domain, rules], sort_keys=True).encode()
    target = KEPT / f"{name}-{hashlib.sha256(made_of).hexdigest()[:8]}-{model_for_sources(KEPT).name}"
    if target.is_file():
        return target
    with TemporaryDirectory() as folder, silence(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.model_training import train

        written = {key: Path(folder) / f"{key}.yml" for key in ("config", "domain", "rules")}
        for path, content in zip(written.values(), (config, domain, rules), strict=True):
            path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        train(
            domain=str(written["domain"]),
            config=str(written["config"]),
            training_files=[*map(str, data), str(written["rules"])],
            output=str(KEPT),
            fixed_model_name=target.name.removesuffix(".tar.gz"),
        )
    return target
