import unittest
from unittest import mock

from amend import Patch, store
from program import assign


class Assign(unittest.TestCase):
    def setUp(self):
        # On your own Python there is no host, so there is no store either.
        for name in ("read", "update_if"):
            patched = mock.patch.object(store, name)
            setattr(self, name, patched.start())
            self.addCleanup(patched.stop)
        self.update_if.return_value = store.Receipt("v2", True)

    def test_a_member_is_set_in_the_version_that_was_read(self):
        self.read.return_value = store.Snapshot('{"color": "red"}', "v1")
        self.assertEqual(assign("state/app.json", "color", "blue"), "v2")
        self.update_if.assert_called_once_with("state/app.json", Patch.merge({"color": "blue"}), "v1")

    def test_a_document_that_does_not_exist_is_made(self):
        self.read.return_value = None
        self.assertEqual(assign("state/app.json", "color", "blue"), "v2")
        self.update_if.assert_called_once_with("state/app.json", Patch.merge({"color": "blue"}), None)

    def test_what_is_right_already_is_left_alone(self):
        self.read.return_value = store.Snapshot('{"color": "blue"}', "v1")
        self.assertEqual(assign("state/app.json", "color", "blue"), "v1")
        self.update_if.assert_not_called()


if __name__ == "__main__":
    unittest.main()
