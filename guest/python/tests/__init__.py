"""Tests of the kit, on the machine's own Python: `python3 -m unittest`, in guest/python."""

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
KIT = HERE.parent / "sdk"
REPOSITORY = HERE.parents[2]


def load(name: str, file: Path, **how: object) -> object:
    """Imports a file under a name."""
    spec = importlib.util.spec_from_file_location(name, file, **how)  # type: ignore[arg-type]
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


# In an author's project the folder is called what it is imported as.
if "amend" not in sys.modules:
    load("amend", KIT / "__init__.py", submodule_search_locations=[str(KIT)])
