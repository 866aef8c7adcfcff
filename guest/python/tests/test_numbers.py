"""Numbers that an updater does not touch come out as they went in, also when Python cannot hold them."""

import copy
import math
import pickle
import sys
import unittest
from decimal import Decimal
from enum import IntEnum

from amend import Patch, Refusal, run
from amend.floats import Float
from amend.reading import read
from amend.writing import write

AS_WRITTEN = [
    "0",
    "18446744073709551617",
    "-9007199254740993",
    "1.0",
    "1.10",
    "-0.0",
    "1E0",
    "1e400",
    "-1e400",
    "1e-400",
    "0.1000000000000000055511151231257827",
    "123456789012345678901234567890.5",
    # More digits than Python converts by itself.
    "9" * 5000,
    "-1" + "0" * 5000,
    "0." + "3" * 5000,
]


def untouched(current, args):
    current["touched"] = True
    return current


class Untouched(unittest.TestCase):
    def test_numbers_keep_their_text(self):
        for number in AS_WRITTEN:
            with self.subTest(number=number[:20]):
                document = f'{{"a":{number},"b":[{{"c":{number}}}]}}'
                patch = run(untouched, document)
                self.assertEqual(patch.text, document[:-1] + ',"touched":true}')

    def test_where_they_are_moved_copied_and_pickled_as_well(self):
        def move(current, args):
            again = pickle.loads(pickle.dumps(current["a"]))
            return {"b": current.pop("a"), "c": copy.deepcopy(again), "d": copy.copy(again)}

        self.assertEqual(run(move, '{"a":1.10}').text, '{"b":1.10,"c":1.10,"d":1.10}')

    def test_also_in_the_arguments(self):
        self.assertEqual(run(lambda current, args: args, "{}", '{"a":1e400}').text, '{"a":1e400}')

    def test_the_limit_on_digits_is_as_it_was(self):
        if not hasattr(sys, "get_int_max_str_digits"):
            self.skipTest("this Python has no such limit")
        self.addCleanup(sys.set_int_max_str_digits, sys.get_int_max_str_digits())
        sys.set_int_max_str_digits(4321)
        with self.assertRaises(Refusal):
            run(untouched, "{")
        run(untouched, '{"a":' + "1" * 5000 + "}")
        self.assertEqual(sys.get_int_max_str_digits(), 4321)


class Touched(unittest.TestCase):
    def test_they_are_numbers_like_any_other(self):
        number = read("1.50").value
        self.assertIsInstance(number, float)
        self.assertEqual((number, number + 1, str(number), f"{number:.2f}"), (1.5, 2.5, "1.5", "1.50"))
        self.assertEqual(read("1e400").value, math.inf)
        self.assertEqual(write(number + 0.1), "1.6")
        self.assertEqual(write(read("9" * 5000).value + 1), "1" + "0" * 5000)

    def test_what_json_does_not_have_never_gets_in(self):
        for number in (math.nan, math.inf, -math.inf, Float("1e400") * 2):
            for make in (Patch.merge, Patch.replace, lambda value: Patch.operations([{"value": value}])):
                with self.assertRaises(ValueError):
                    make({"a": [number]})
        with self.assertRaisesRegex(Refusal, "inf is not a number that JSON has, at /a"):
            run(lambda current, args: {"a": current["a"] * 2}, '{"a": 1e400}')
        for text in ("NaN", "[Infinity]", '{"a": -Infinity}'):
            with self.assertRaisesRegex(ValueError, "is not JSON"):
                read(text)

    def test_numbers_of_other_types(self):
        class Level(IntEnum):
            LOW = 3

        self.assertEqual(write([Level.LOW, True, 1, 1.5]), "[3,true,1,1.5]")
        with self.assertRaisesRegex(TypeError, "a value of type Decimal is not JSON, at /1"):
            write([1, Decimal("1.0")])
