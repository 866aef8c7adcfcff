"""The examples against the table of cases, as far as that goes without the host: values instead of bytes."""

import json
import unittest

from amend import Patch, Refusal, run
from amend.reading import read

from . import REPOSITORY, load

EXAMPLES = REPOSITORY / "guest/examples"


def change(document, patch):
    """What the host makes of it, for the patches that the examples answer with."""
    if patch.kind == "replace":
        return read(patch.text).value
    for operation in json.loads(patch.text):
        assert operation["op"] == "add" and operation["path"].count("/") == 1
        document[operation["path"][1:]] = operation["value"]
    return document


class Examples(unittest.TestCase):
    def test_every_case(self):
        count = 0
        for source in sorted(EXAMPLES.glob("python/*/updater.py")):
            name = source.parent.name
            update = load(f"example_{name}", source).update
            for case in json.loads((EXAMPLES / f"cases/{name}.json").read_text()):
                with self.subTest(example=name, case=case["name"]):
                    self.run_case(update, case)
                    count += 1
        self.assertGreater(count, 20)

    def run_case(self, update, case):
        document, args = case.get("document"), json.dumps(case["args"])
        if "refusal" in case:
            with self.assertRaisesRegex(Refusal, case["refusal"]):
                run(update, document, args)
            return
        patch = run(update, document, args)
        self.assertIsInstance(patch, Patch)
        before = {} if document is None else read(document).value
        self.assertEqual(change(before, patch), read(case["expected"]).value)
