"""Does what the arguments say, in Python, and answers with what is called `answer` then: so that one component, which
takes a while to make, is enough to try whatever an author may do by mistake.
"""

import amend


@amend.updater(document=object, args=str)
def update(current, args):
    names = {"amend": amend, "current": current, "answer": None}
    exec(args, names)
    return names["answer"]
