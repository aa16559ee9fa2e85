"""The process that runs typst: one JSON line in, one JSON line and the PDF out, until its input ends.

It is started as a script in an isolated interpreter and imports nothing of ours: starting costs little, and whatever
a template does, it does here, with limited memory, without writing a file and without reaching a network.
"""

import json
import os
import resource
import select
import sys
from pathlib import Path
from typing import Any, BinaryIO

import typst

MEMORY = 3 << 30
IDLE_SECONDS = 300


def limit() -> None:
    """Bounds on this process: its memory, no file written, no core dump with a child's data in it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def resident() -> int:
    """Bytes of memory held now, 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def serve(requests: BinaryIO, answers: BinaryIO, fonts: typst.Fonts, nowhere: str) -> None:
    compilers: dict[str, typst.Compiler] = {}
    while select.select([requests], [], [], IDLE_SECONDS)[0] and (line := requests.readline()):
        request: dict[str, Any] = json.loads(line)
        path = request["path"]
        pdf = b""
        answer: dict[str, Any] = {}
        try:
            compiler = compilers.get(path)
            if compiler is None:
                compiler = compilers[path] = typst.Compiler(
                    path, root=request["root"], font_paths=fonts, ignore_system_fonts=True, package_path=nowhere, package_cache_path=nowhere
                )
            compiled = compiler.compile(format="pdf", sys_inputs={"data": request["data"]}, timestamp=request["at"], pdf_tags=request["tags"])
            pdf = compiled if isinstance(compiled, bytes) else b""
        except typst.TypstError as error:
            answer = {"error": error.message, "where": error.diagnostic, "hints": error.hints}
        answer |= {"size": len(pdf), "resident": resident()}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.write(pdf)
        answers.flush()


def main() -> None:
    fonts, nowhere = sys.argv[1:]
    limit()
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    serve(sys.stdin.buffer, sys.stdout.buffer, faces, nowhere)


if __name__ == "__main__":
    main()
