"""Makes template.db, the database file that every new engine file starts as a copy of.

    python3 local/engine/make-template.py

The engine makes the file, so its schema is the engine's own; this script adds an index, two triggers and the size of
the cache. Without the index a write looks up the newest stream record by reading them all: 1,350 rows/s at 2,000 stream
records, 175 at 24,000. With it the rate is flat. Run it again when engineVersion in find.ts changes.
"""

import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
installed = here.parent.parent / "node_modules" / "@dynoxide" / "linux-x64" / "dynoxide"
engine = str(installed) if installed.exists() else shutil.which("dynoxide")
if engine is None:
    sys.exit("No engine: run npm ci, or put a dynoxide on the PATH.")

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]

with tempfile.TemporaryDirectory() as folder:
    made = pathlib.Path(folder) / "template.db"
    child = subprocess.Popen(
        [engine, "--host", "127.0.0.1", "--port", str(port), "--db-path", str(made)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    child.stderr.readline()  # "Dynoxide listening on …": the schema is there
    child.terminate()
    child.wait(timeout=10)

    database = sqlite3.connect(made)
    database.execute(
        "CREATE INDEX newest_stream_record ON _stream_records(table_name, CAST(sequence_number AS INTEGER))"
    )
    # The filters of both consumers ask for the attribute "stream", so a record without it wakes nobody: a million
    # imported addresses would be stored, and read twice, for nothing. local/stream/filter.test.ts holds the filters to this.
    database.execute(
        """CREATE TRIGGER skip_unread BEFORE INSERT ON _stream_records
        WHEN instr(ifnull(new.new_image, ''), '"stream":') = 0 AND instr(ifnull(new.old_image, ''), '"stream":') = 0
        BEGIN
            SELECT RAISE(IGNORE);
        END"""
    )
    # nobody trims the stream, so the file would grow for ever; AWS does after a day, whether or not it was read. A few
    # at a time: a write that deletes the records of an hour would take longer than its caller waits.
    database.execute(
        """CREATE TRIGGER trim_stream AFTER INSERT ON _stream_records
        WHEN CAST(new.sequence_number AS INTEGER) % 1000 = 0
        BEGIN
            DELETE FROM _stream_records
            WHERE id IN (
                SELECT id FROM _stream_records
                WHERE table_name = new.table_name
                AND CAST(sequence_number AS INTEGER) < CAST(new.sequence_number AS INTEGER) - 100000
                ORDER BY CAST(sequence_number AS INTEGER)
                LIMIT 3000
            )
            AND created_at < new.created_at - 3600;
        END"""
    )
    # in pages of 4 KiB. SQLite's 2 MB is less than a transaction of 100 rows changes in a large file, so it wrote pages
    # before they were complete, and read each page of an index again
    database.execute("PRAGMA default_cache_size = 16384")
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("VACUUM")
    database.close()
    shutil.copyfile(made, here / "template.db")

print(f"template.db: {(here / 'template.db').stat().st_size} bytes")
