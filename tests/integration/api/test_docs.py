"""The examples of docs/api.md are run as they stand, against a real server."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.api.serving import Served, served

DOCS = (Path(__file__).parents[3] / "docs/api.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```sh\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("docs"), tickets=0) as found:
        yield found


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_examples_work(desk: Served, tmp_path: Path) -> None:
    (tmp_path / "screen.png").write_bytes(PNG)
    lines = [line for example in EXAMPLES for line in example.splitlines() if not line.startswith("export ")]
    script = "\n".join(["set -e", *lines]).replace("curl -sS", "echo; curl -sS --fail-with-body")
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "DESK": desk.url,
        "TOKEN": desk.tokens["everything"],
        "ENGINEER": desk.tokens["eve"],
    }
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    answers = [json.loads(line) for line in ran.stdout.splitlines() if line]
    assert len(answers) == len(re.findall(r"^curl", "\n".join(lines), re.MULTILINE)) >= 12
    assert answers[1]["id"] == "T-1"
    assert answers[-4]["content_type"] == "image/png"


def test_every_type_that_programs_may_meet_is_named() -> None:
    """Those that the API itself gives."""
    code = "".join(
        each.read_text("utf-8") for each in (Path(__file__).parents[3] / "adapters/web/api").glob("*.py")
    )
    given = set(re.findall(r'Problem\(\s*\d{3},\s*(?:Refused\(\s*)?"(\w+)"', code)) - {"bug"}
    assert len(given) > 15
    assert {key for key in given if f"`{key}`" not in DOCS} == set()
