import unittest

from amend import Patch, Refusal, run
from updater import update


class Names(unittest.TestCase):
    def test_a_name_is_added_once(self):
        self.assertEqual(run(update, None, '{"add": "ada"}'), Patch.replace({"names": ["ada"]}))
        self.assertEqual(run(update, '{"names": ["ada"]}', '{"add": "ada"}'), Patch.replace({"names": ["ada"]}))

    def test_only_what_is_there_is_removed(self):
        self.assertEqual(run(update, '{"names": ["ada"]}', '{"remove": "ada"}'), Patch.replace({"names": []}))
        with self.assertRaisesRegex(Refusal, "there is no bob"):
            run(update, '{"names": ["ada"]}', '{"remove": "bob"}')


if __name__ == "__main__":
    unittest.main()
