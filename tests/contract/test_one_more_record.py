"""One more record costs one module, besides its migration, its Chinese, and a line of rights and of numbers: it is tried, whole."""

from __future__ import annotations

import subprocess
import sys

from config import ROOT

MODULE = ROOT / "tests" / "rig" / "one_more_record.py"


def test_one_more_record_is_one_module_and_every_door_knows_it(tmp_path):
    words = [sys.executable, "-m", "tests.rig.one_more", str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(MODULE.read_text(encoding="utf-8").splitlines()) <= 45
