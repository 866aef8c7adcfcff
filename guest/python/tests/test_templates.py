"""What `amend new python` copies works before it is copied."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from . import KIT

TEMPLATES = KIT.parent / "new"


class Templates(unittest.TestCase):
    def test_their_own_tests_pass(self):
        for template in ("plugin", "program"):
            with self.subTest(template=template), tempfile.TemporaryDirectory() as directory:
                project = Path(directory) / "project"
                shutil.copytree(TEMPLATES / template, project)
                shutil.copytree(KIT, project / "amend")
                ran = subprocess.run(
                    [sys.executable, "-m", "unittest"],
                    cwd=project,
                    env={**os.environ, "PYTHONPATH": ""},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
                self.assertEqual(ran.returncode, 0, ran.stdout)
                self.assertRegex(ran.stdout, r"Ran [2-9] tests")

    def test_their_tools_are_those_of_the_kit(self):
        pinned = (KIT.parent / "requirements.txt").read_bytes()
        for template in ("plugin", "program"):
            self.assertEqual((TEMPLATES / template / "requirements.txt").read_bytes(), pinned)
