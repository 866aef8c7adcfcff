"""Makes a component of an updater or a program that is written in C, C++ or Zig:

    python amend/build.py updater.c -o apples.wasm

The compiler and wasm-tools come out of the environment that runs this, where requirements.txt put them. A program is
what is called program.*; all else is an updater.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

SDK = pathlib.Path(__file__).absolute().parent
# The C++ SDK is one of C++ around the one of C.
C_SDK = SDK / "c" if (SDK / "c").is_dir() else SDK

# Much more than an updater needs, and the least that it takes from the host's limit on memory. The stack lies below
# everything else: one that overflows traps, and writes over nothing.
STACK = ["--stack", "262144"]

# Nothing of the operating system's: what is Zig alone imports nothing. A mistake in it (an overflow, an index) traps.
ZIG = ["-target", "wasm32-freestanding", "-fno-entry", "-rdynamic", "-O", "ReleaseSafe"]

C = ["-target", "wasm32-wasi", "-O", "ReleaseSmall", "-lc"]
C_FLAGS = ["-Wall", "-Wextra", "-DYYJSON_DISABLE_NON_STANDARD=1"]
CPP_FLAGS = ["-Wall", "-Wextra", "-std=c++23", "-fno-exceptions", "-fno-rtti", "-Wno-gnu-statement-expression"]
# An access to an empty std::optional, or outside of a container, traps. Zig defines both macros, to check nothing: the
# mode says which checks there are, the semantic says what a failed one does.
CPP_FLAGS += ["-U_LIBCPP_HARDENING_MODE", "-D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST"]
CPP_FLAGS += ["-U_LIBCPP_ASSERTION_SEMANTIC_DEFAULT"]
CPP_FLAGS += ["-D_LIBCPP_ASSERTION_SEMANTIC_DEFAULT=_LIBCPP_ASSERTION_SEMANTIC_QUICK_ENFORCE"]


def zig(sources):
    modules = ["--dep", "amend", f"-Mroot={sources[0]}", f"-Mamend={SDK / 'amend.zig'}"]
    return ["build-exe", *ZIG, *STACK, "-fstrip", *modules]


def c(sources, world):
    cpp = [source for source in sources if source.suffix != ".c"]
    if cpp:
        cpp += [SDK / "amend.cpp"] + ([SDK / "export.cpp"] if world == "plugin" else [])
    plain = [source for source in sources if source.suffix == ".c"]
    for folder in ["common", world, "yyjson"]:
        plain += sorted((C_SDK / folder).glob("*.c"))
    options = [*C, *STACK, "-fstrip", f"-I{SDK}", f"-I{C_SDK}"]
    options += ["-lc++"] if cpp else []
    options += ["-mexec-model=reactor"] if world == "plugin" else []
    return ["build-exe", *options, "-cflags", *CPP_FLAGS, "--", *cpp, "-cflags", *C_FLAGS, "--", *plain]


def component(module, world, wit, output):
    """Puts the world's types into a core module, and wraps it so that it speaks in them."""
    tools = pathlib.Path(sys.executable).parent / "wasm-tools"
    run(tools, "component", "embed", wit, "--world", world, module, "-o", module)
    command = [tools, "component", "new", module, "-o", output]
    if (C_SDK / "adapter").is_dir():
        # For what C's library wants of the system, such as printf; it is left out where nothing is wanted.
        adapter = C_SDK / "adapter" / ("reactor.wasm" if world == "plugin" else "command.wasm")
        command += ["--adapt", f"wasi_snapshot_preview1={adapter}"]
    run(*command)


def run(*command):
    done = subprocess.run([str(word) for word in command])
    if done.returncode != 0:
        sys.exit(f"build.py: {pathlib.Path(command[0]).name} failed")


def main():
    parser = argparse.ArgumentParser(description="Makes a component of an updater or a program.")
    parser.add_argument("sources", nargs="+", type=pathlib.Path, help="updater.c and the like; of Zig, the first file")
    parser.add_argument("-o", dest="output", required=True, type=pathlib.Path, help="the component")
    parser.add_argument("--wit", default=SDK.parent / "wit", type=pathlib.Path, help="the contract")
    arguments = parser.parse_args()

    is_program = any(source.stem == "program" for source in arguments.sources)
    world = "program" if is_program else "plugin"
    is_zig = arguments.sources[0].suffix == ".zig"
    if is_zig and is_program:
        sys.exit("build.py: there is no SDK for programs in Zig, only for updaters")
    with tempfile.TemporaryDirectory() as scratch:
        module = pathlib.Path(scratch) / "module.wasm"
        compile = zig(arguments.sources) if is_zig else c(arguments.sources, world)
        run(sys.executable, "-m", "ziglang", *compile, f"-femit-bin={module}")
        component(module, world, arguments.wit, arguments.output)


if __name__ == "__main__":
    main()
