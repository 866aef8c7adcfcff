"""The program's side, with something else in the host's place."""

import re
import unittest
from types import SimpleNamespace
from unittest import mock

from amend import Patch, store

from . import REPOSITORY


class FromTheHost(Exception):
    def __init__(self, value):
        self.value = value


class Store(unittest.TestCase):
    def setUp(self):
        self.host = SimpleNamespace(
            Err=FromTheHost,
            store=mock.Mock(),
            in_contract=lambda patch: (patch.kind, patch.text),
            store_error=lambda value: store.Conflict(value),
        )
        patched = mock.patch.object(store, "_host", self.host)
        patched.start()
        self.addCleanup(patched.stop)

    def test_what_is_read_has_a_value(self):
        self.host.store.read.return_value = SimpleNamespace(text='{"a": 1.10}', version="v1")
        snapshot = store.read("state/app.json", "/x")
        self.assertEqual(snapshot, store.Snapshot('{"a": 1.10}', "v1"))
        self.assertEqual(snapshot.value, {"a": 1.1})
        self.host.store.read.assert_called_once_with("state/app.json", "/x")
        self.host.store.read.return_value = None
        self.assertIsNone(store.read("state/app.json"))

    def test_changes_give_receipts(self):
        for name, call, args in (
            ("update", lambda: store.update("p", Patch.merge({})), ("p", ("merge", "{}"))),
            ("update_if", lambda: store.update_if("p", Patch.merge({}), None), ("p", ("merge", "{}"), None)),
            ("apply", lambda: store.apply("p", "token", {"token": "é"}), ("p", "token", '{"token":"é"}')),
            ("apply", lambda: store.apply("p", "token"), ("p", "token", "{}")),
        ):
            function = getattr(self.host.store, name)
            function.reset_mock()
            function.return_value = SimpleNamespace(version="v2", changed=True)
            self.assertEqual(call(), store.Receipt("v2", True))
            function.assert_called_once_with(*args)

    def test_errors_are_exceptions(self):
        self.host.store.update.side_effect = FromTheHost("it was changed")
        with self.assertRaisesRegex(store.StoreError, "^it was changed$") as caught:
            store.update("p", Patch.merge({}))
        self.assertEqual(caught.exception.case, "conflict")

    def test_every_case_of_the_contract_has_an_exception(self):
        contract = (REPOSITORY / "wit/types.wit").read_text()
        variant = contract[contract.index("variant error {") :]
        cases = re.findall(r"^        ([a-z-]+)\(string\),$", variant, re.MULTILINE)
        self.assertGreater(len(cases), 5)
        self.assertEqual(sorted(cases), sorted(error.case for error in store.StoreError.__subclasses__()))

    def test_there_is_none_outside_of_a_component(self):
        with mock.patch.object(store, "_host", None), self.assertRaisesRegex(RuntimeError, "no store outside"):
            store.read("p")
