"""What an updater is given, what it may answer with, and how it refuses."""

import unittest

from amend import Patch, Refusal, run, updater


@updater
def adds(current, args):
    current["n"] = current.get("n", 0) + args.get("by", 1)
    return current


class Given(unittest.TestCase):
    def test_the_decorator_leaves_the_function_as_it_is(self):
        self.assertEqual(adds({"n": 1}, {"by": 2}), {"n": 3})

    def test_a_document_that_does_not_exist_is_empty(self):
        self.assertEqual(run(adds, None), Patch.replace({"n": 1}))

    def test_unless_the_updater_wants_to_know(self):
        @updater(missing=None)
        def creates(current, args):
            return {"new": True} if current is None else None

        self.assertEqual(run(creates, None), Patch.replace({"new": True}))
        self.assertIsNone(run(creates, "{}"))

    def test_what_stands_for_a_missing_document_is_made_anew(self):
        @updater(missing={"list": []})
        def grows(current, args):
            current["list"].append(1)
            return current

        self.assertEqual([run(grows, None).text for _ in range(2)], ['{"list":[1]}'] * 2)

    def test_other_types_are_refused_before_it_is_called(self):
        for document in ("[]", "null", "true", "1", '"{}"'):
            with self.assertRaisesRegex(Refusal, "^the document: .* where an object was expected$"):
                run(adds, document)
        with self.assertRaisesRegex(Refusal, "^the arguments: an array, where an object was expected$"):
            run(adds, "{}", "[]")

    def test_unless_they_are_declared(self):
        @updater(document=(list, type(None)), args=int)
        def appends(current, args):
            return [*(current or []), args]

        self.assertEqual(run(appends, "[1]", "2").text, "[1,2]")
        self.assertEqual(run(appends, "null", "2").text, "[2]")
        for args, kind in (("true", "true or false"), ("1.5", "a number with a fraction")):
            with self.assertRaisesRegex(Refusal, f"^the arguments: {kind}, where a whole number was expected$"):
                run(appends, "[]", args)

        @updater(document=object, args=object)
        def anything(current, args):
            return Patch.replace([current, args])

        self.assertEqual(run(anything, "true", "null").text, "[true,null]")


class Answered(unittest.TestCase):
    def test_a_patch_is_passed_on(self):
        for patch in (Patch.merge({"a": None}), Patch.operations([{"op": "remove", "path": "/a"}]), Patch.replace(7)):
            self.assertEqual(run(lambda current, args: patch, '{"a": 1}'), patch)

    def test_none_leaves_the_document_as_it_is(self):
        self.assertIsNone(run(lambda current, args: None, '{"a": [1.0, {"b": null}]}'))

    def test_a_change_that_is_not_returned_is_not_lost_in_silence(self):
        def assign(key, value):
            def update(current, args):
                current[key] = value

            return update

        for update in (
            assign("b", 1),
            assign("a", 2),
            # Equal to Python, and another text all the same.
            assign("a", 1.0),
            assign("a", True),
            assign("a", {1}),
            lambda current, args: current.clear(),
        ):
            with self.assertRaisesRegex(Refusal, "changed `current` and returned nothing"):
                run(update, '{"a": 1}')

    def test_what_is_no_document_is_not_guessed_at(self):
        for value, kind in ((True, "true or false"), ("text", "a string"), (3, "a whole number"), ({1}, "set")):
            with self.assertRaisesRegex(Refusal, f"^the updater returned .*{kind}"):
                run(lambda current, args: value, "{}")

        def later(current, args):
            yield current

        with self.assertRaisesRegex(Refusal, "a value of type generator"):
            run(later, "{}")


class Refused(unittest.TestCase):
    def refusal(self, error):
        def refuses(current, args):
            raise error

        with self.assertRaises(Refusal) as caught:
            run(refuses, "{}")
        return caught.exception

    def test_on_purpose(self):
        self.assertEqual(self.refusal(Refusal("not on Sundays")).reason, "not on Sundays")

    def test_by_any_other_exception(self):
        for error, reason in (
            (ValueError("the port is taken"), "ValueError: the port is taken"),
            (KeyError("token"), "KeyError: 'token'"),
            (MemoryError(), "MemoryError"),
            (SystemExit("enough"), "SystemExit: enough"),
        ):
            refusal = self.refusal(error)
            self.assertEqual(refusal.reason, reason)
            self.assertIs(refusal.__cause__, error)

    def test_by_one_that_cannot_say_why(self):
        class Mute(Exception):
            def __str__(self):
                raise RuntimeError("no")

        self.assertEqual(self.refusal(Mute()).reason, "Mute: (its message cannot be read)")

    def test_by_recursion(self):
        def forever(current, args):
            return forever(current, args)

        with self.assertRaisesRegex(Refusal, "^RecursionError: "):
            run(forever, "{}")
