"""The code in the README works."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from . import KIT


class Readme(unittest.TestCase):
    def test_its_updater_passes_its_test_and_its_program_can_be_imported(self):
        text = (KIT.parent / "README.md").read_text(encoding="utf-8")
        updater, test, program = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        with tempfile.TemporaryDirectory() as directory:
            project = Path(directory)
            (project / "amend").symlink_to(KIT)
            (project / "updater.py").write_text(updater, encoding="utf-8")
            (project / "test_updater.py").write_text(test + "\nimport program\n", encoding="utf-8")
            (project / "program.py").write_text(program, encoding="utf-8")
            ran = subprocess.run(
                [sys.executable, "-m", "unittest"],
                cwd=project,
                env={**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertIn("Ran 2 tests", ran.stdout)
