"""Reads the settings from the environment, those of the channels from their folders. Called by the commands."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.channels import NAMES
from bot.settings import PREFIX, ChannelOptions, InvalidSetting, Settings


def channel_options() -> Mapping[str, type[ChannelOptions]]:
    """What kinds of settings channels have, by the channel's name; found in their folders."""
    with_options = [name for name in NAMES if find_spec(f"bot.channels.{name}.options")]
    return {name: import_module(f"bot.channels.{name}.options").Options for name in with_options}


def all_fields() -> Mapping[str, FieldInfo]:
    """Every setting there is, in the order in which they are listed."""
    of_channels = (kind.model_fields for kind in channel_options().values())
    return {name: field for fields in (Settings.model_fields, *of_channels) for name, field in fields.items()}


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read all settings. Raises InvalidSetting, with one clear line, for a bad or an unknown one."""
    values = dict(_given(environ))
    try:
        of_channels = {
            name: kind.model_validate({key: values.pop(key) for key in kind.model_fields if key in values})
            for name, kind in channel_options().items()
        }
        return Settings.model_validate(values).with_channels(of_channels)
    except ValidationError as exc:
        raise InvalidSetting(_one_line(exc)) from exc


def _given(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    given, known = [], all_fields()
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or value == "":
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name.endswith("_file") and name not in known:
            given.append((name.removesuffix("_file"), _content(variable, value)))
        else:
            given.append((name, value))
    return given


def _content(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as exc:
        raise InvalidSetting(f"{variable}: the file {path} can't be read ({exc.strerror}).") from exc


def _one_line(exc: ValidationError) -> str:
    first = exc.errors(include_url=False, include_input=False)[0]
    variable = PREFIX + str(first["loc"][0]).upper()
    if first["type"] == "extra_forbidden":
        return f"{variable}: there is no such setting; `bot doctor` lists them."
    reason = str(first.get("ctx", {}).get("error") or first["msg"])
    return f"{variable}: {reason}."
