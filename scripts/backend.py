"""The build of the distributions: that of setuptools, once the contract is built.

In a checkout that is installed editable the scripts build the contract, each time it is stale.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from setuptools import build_meta

build_editable = build_meta.build_editable
get_requires_for_build_editable = build_meta.get_requires_for_build_editable
get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
get_requires_for_build_wheel = build_meta.get_requires_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Builds the contract where it is stale, then the wheel; its name."""
    # What reads the sources need not be there for an editable installation.
    from scripts.contract import ensure

    ensure()
    with _apart(config_settings) as settings:
        name: str = build_meta.build_wheel(wheel_directory, settings, metadata_directory)
    return name


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:
    """Packs what a wheel can be built from; its name."""
    with _apart(config_settings) as settings:
        name: str = build_meta.build_sdist(sdist_directory, settings)
    return name


@contextmanager
def _apart(given: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Works in a folder that goes: one that stays would bring back files that are gone from the checkout."""
    with tempfile.TemporaryDirectory() as base:
        options = ["build", f"--build-base={base}", "egg_info", f"--egg-base={base}"]
        yield {**(given or {}), "--global-option": options}
