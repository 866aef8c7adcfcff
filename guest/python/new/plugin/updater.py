"""{{name}} keeps a list of names: `{"add": "ada"}` adds one, `{"remove": "ada"}` removes one that is there."""

from amend import Refusal, updater


@updater
def update(current, args):
    names = current.setdefault("names", [])
    if not isinstance(names, list):
        raise Refusal("the document's names are not a list")
    for name in args.values():
        if not isinstance(name, str):
            raise Refusal("the arguments' names are not strings")
    if args.get("remove") is not None:
        if args["remove"] not in names:
            raise Refusal(f"there is no {args['remove']}")
        names.remove(args["remove"])
    if args.get("add") is not None and args["add"] not in names:
        names.append(args["add"])
    return current
