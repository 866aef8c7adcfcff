"""Strings, names and nesting, on their way in and out."""

import json
import unittest

from amend import Patch, Refusal, pointer, run
from amend.reading import read
from amend.writing import write


def touch(current, args):
    current["touched"] = True
    return current


class Strings(unittest.TestCase):
    def test_strings_are_the_same_afterwards(self):
        for text in ["", "é 😀", '"\\\b\f\n\r\t\0\x7f', "\u2028", "/"]:
            self.assertEqual(json.loads(write(text)), text)
        self.assertEqual(write("é\n"), '"é\\n"')

    def test_lone_surrogates_survive(self):
        for text in ['"\\ud800"', '"a\\udfffb"', '{"\\ud800":"\\udc00é"}']:
            written = write(read(text).value)
            self.assertEqual(written, text)
            written.encode("utf-8")

    def test_pairs_are_one_character(self):
        self.assertEqual(write(read('"\\ud83d\\ude00"').value), '"😀"')


class Names(unittest.TestCase):
    TWICE = '{"a": [{"b": 1, "b": 2}]}'

    def test_a_new_document_that_would_lose_one_is_refused(self):
        for update in (touch, lambda current, args: Patch.replace(current)):
            with self.assertRaisesRegex(Refusal, "two members 'b' in one object"):
                run(update, self.TWICE)

    def test_what_does_not_write_the_whole_document_is_not(self):
        self.assertIsNone(run(lambda current, args: None, self.TWICE))
        self.assertEqual(run(lambda current, args: Patch.merge({"c": 1}), self.TWICE), Patch.merge({"c": 1}))

    def test_arguments_are_not_guessed_at(self):
        with self.assertRaisesRegex(Refusal, "the arguments have two members 'by'"):
            run(touch, "{}", '{"by": 1, "by": 2}')

    def test_a_key_is_a_str(self):
        # json.dumps would write the name "1" twice.
        with self.assertRaisesRegex(TypeError, "the key 1 is not a str, at /users"):
            write({"users": {"1": "old", 1: "new"}})

    def test_order_is_kept(self):
        self.assertEqual(write(read('{"b":1,"a":2}').value), '{"b":1,"a":2}')

    def test_pointers_escape(self):
        self.assertEqual(pointer("a/b", "c~d", 0, ""), "/a~1b/c~0d/0/")
        self.assertEqual(pointer(), "")


class Nesting(unittest.TestCase):
    def test_as_deep_as_the_host_goes(self):
        document = '{"a":' + "[" * 511 + "]" * 511 + "}"
        self.assertEqual(run(touch, document).text, document[:-1] + ',"touched":true}')

    def test_deeper_is_refused(self):
        deep = 200_000
        with self.assertRaisesRegex(Refusal, "the document: nested deeper than Python can follow"):
            run(touch, "[" * deep + "]" * deep)

    def test_what_contains_itself_is_refused(self):
        def tie(current, args):
            current["self"] = current
            return current

        with self.assertRaisesRegex(Refusal, "contains itself"):
            run(tie, "{}")

    def test_what_is_not_json_is_refused(self):
        with self.assertRaisesRegex(Refusal, "the document: not JSON"):
            run(touch, "{")
        with self.assertRaisesRegex(Refusal, "the arguments: not JSON"):
            run(touch, "{}", "")
        with self.assertRaisesRegex(Refusal, r"a value of type set is not JSON, at /a/1"):
            run(lambda current, args: {"a": [1, {2}]}, "{}")
