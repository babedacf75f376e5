"""Stores from the command line."""

import shutil
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"


def test_a_bucket_that_is_not_there_is_said(server, cli):
    ended = cli("check", "s3://voiceprep-nothing/takes")
    assert ended.code == 2
    assert "s3://voiceprep-nothing/takes" in ended.err


def test_an_upload_needs_a_folder_of_this_machine(cli, tmp_path):
    shutil.copy(SAMPLES / "mia/hello.wav", tmp_path)
    ended = cli("run", tmp_path, "-o", "memory://out", "--upload", "--gender", "female", "--consent", "Mia")
    assert ended.code == 2
    assert "--upload needs a folder of this machine" in ended.err


def test_the_command_line_takes_stores(bucket, cli):
    for name in ("mia/hello.wav", "mia/greeting.ogg"):
        (bucket / "takes" / name).write_bytes((SAMPLES / name).read_bytes())
    ended = cli("run", str(bucket / "takes"), "-o", str(bucket / "out"), "--jobs", "1")
    assert ended.code == 0
    assert f"{str(bucket).rstrip('/')}/out/report.html" in ended.out
    assert (bucket / "out/report.html").is_file()
    again = cli("report", str(bucket / "out"))
    assert (again.code, again.out) == (0, ended.out.splitlines(keepends=True)[-1])
