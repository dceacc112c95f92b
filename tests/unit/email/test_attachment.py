"""Getting one file out of a kept mail again."""

import hashlib

import pytest
from adapters.email.reading import attachment, read_mail

from tests.unit.email.made import CORPUS


@pytest.mark.parametrize(
    "name",
    [
        "attach-winmail-text-and-file",
        "attach-uuencode-in-text",
        "attach-name-encoded-word",
        "structure-forwarded-as-attachment",
        "structure-related-inline-picture",
        "structure-body-is-a-pdf",
        "header-bare-cr",
    ],
)
def test_every_file_comes_out_as_it_was_listed(name: str) -> None:
    raw = (CORPUS / f"{name}.eml").read_bytes()
    for file in read_mail(raw).attachments:
        found = attachment(raw, file.sha256.upper())
        assert found is not None
        assert (len(found), hashlib.sha256(found).hexdigest()) == (file.size, file.sha256)


@pytest.mark.parametrize("sha256", ["", "0" * 64, "not a digest"])
def test_what_is_not_in_it(sha256: str) -> None:
    raw = (CORPUS / "structure-body-is-a-pdf.eml").read_bytes()
    assert attachment(raw, sha256) is None
    assert attachment(b"", sha256) is None
