"""The zip archive of a checkpoint: torch.load does not compare tensors with the checksums that the archive holds."""

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from course_torch.errors import InputError

ENCRYPTED = 0x1
"""The bit of ZipInfo.flag_bits that marks an encrypted record."""


def check_archive(path: Path) -> None:
    """Reject an archive that is damaged, or that torch.save does not write. Reads each byte once, in small pieces.

    Raises InputError that names the record, or an exception of zipfile if the file is no zip archive.
    """
    with ZipFile(path) as archive:
        records, size = archive.infolist(), path.stat().st_size
        check_records(records)
        # Stored records cannot be larger than the file unless they overlap or their sizes are false.
        if (total := sum(record.file_size for record in records)) > size:
            raise InputError(f"its records: found {total} bytes, expected at most the {size} bytes of the file")
        if (damaged := archive.testzip()) is not None:
            raise InputError(f"record {damaged!r}: found other bytes than its checksum allows, the file is damaged")


def check_records(records: list[ZipInfo]) -> None:
    """Reject two records of one name, and compressed or encrypted records. Raises InputError."""
    names = set()
    for record in records:
        if record.filename in names:
            raise InputError(f"record {record.filename!r}: found it twice, expected different names")
        names.add(record.filename)
        if record.compress_type != ZIP_STORED or record.compress_size != record.file_size:
            raise InputError(f"record {record.filename!r}: found a compressed record, expected stored bytes")
        if record.flag_bits & ENCRYPTED:
            raise InputError(f"record {record.filename!r}: found an encrypted record, expected stored bytes")
