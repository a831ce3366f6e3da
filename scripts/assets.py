"""Copies the few front-end files that the site uses from node_modules into the package.

`copy` fills src/ketenkaart/web/static/vendor with style sheets, fonts and their licences;
`tidy-lock` takes the addresses out of package-lock.json that npm leaves in it.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/ketenkaart/web/static/vendor"
LOCK = ROOT / "package-lock.json"

# Package -> (folder in vendor, {file in the package: name in that folder}).
STYLE_SHEETS = {
    "@utrecht/component-library-css": ("utrecht", {"dist/index.css": "component-library.css"}),
} | {
    f"@nl-design-system-candidate/{part}-css": (
        f"candidate-{part}",
        {f"dist/{part}.css": f"{part}.css"},
    )
    for part in ("code", "data-badge", "heading", "link", "number-badge", "paragraph", "skip-link")
}
# Borders of Natural Earth, public domain, as the map of chains draws them.
MAP = "world-atlas"
MAP_FILE = "countries-110m.json"
FONT = "@fontsource/fira-sans"
FONT_FOLDER = "fira-sans"
FONT_SHEETS = ("400.css", "400-italic.css", "600.css", "700.css")
# Dutch and English need no other script; each one more is another file in the wheel.
FONT_FACE = re.compile(
    r"/\* fira-sans-latin(?:-ext)?-\d+-\w+ \*/\s*@font-face \{.*?\n\}", re.DOTALL
)
WOFF2 = re.compile(r"url\(\./files/([\w-]+\.woff2)\) format\('woff2'\)")
SOURCE_MAP = re.compile(r"\n?/\*# sourceMappingURL=.*?\*/")


def main(action: str) -> None:
    """Do the one thing that is asked for."""
    if action == "copy":
        copy()
    elif action == "tidy-lock":
        tidy_lock()
    else:
        sys.exit(f"assets.py: unknown action {action!r}; use copy or tidy-lock")


def copy() -> None:
    """Fill the vendor folder; what was there stays until the new one is complete."""
    part = VENDOR.with_name("vendor.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    sources = [
        copy_style_sheets(package, part / folder, files)
        for package, (folder, files) in STYLE_SHEETS.items()
    ]
    sources.append(copy_font(part / FONT_FOLDER))
    sources.append(copy_map(part / MAP))
    (part / "sources.json").write_text(json.dumps(sources, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    part.rename(VENDOR)


def copy_style_sheets(package: str, folder: Path, files: dict[str, str]) -> dict[str, Any]:
    """Copy a package's style sheets and licence, and say what they are."""
    folder.mkdir()
    for inside, name in files.items():
        # The maps are not copied, and a strict static-files storage refuses a link to nothing.
        sheet = SOURCE_MAP.sub("", needed(MODULES / package / inside).read_text(encoding="utf-8"))
        (folder / name).write_text(sheet, encoding="utf-8")
    return describe(package, folder)


def copy_font(folder: Path) -> dict[str, Any]:
    """Copy the Latin files of the font and write one style sheet for them."""
    folder.mkdir()
    faces: list[str] = []
    for sheet in FONT_SHEETS:
        text = needed(MODULES / FONT / sheet).read_text(encoding="utf-8")
        found = FONT_FACE.findall(text)
        if not found:
            sys.exit(f"{MODULES / FONT / sheet}: no Latin font face in it; adapt FONT_FACE")
        faces += found
    lines: list[str] = []
    for face in faces:
        file = WOFF2.search(face)
        if file is None:
            sys.exit(f"{FONT}: a font face without a woff2 file; adapt WOFF2")
        shutil.copyfile(needed(MODULES / FONT / "files" / file[1]), folder / file[1])
        lines.append(re.sub(r"src: .*?;", f'src: url("{file[1]}") format("woff2");', face))
    (folder / "fira-sans.css").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return describe(FONT, folder)


def copy_map(folder: Path) -> dict[str, Any]:
    """Copy the borders of the world's countries and their licence."""
    folder.mkdir()
    shutil.copyfile(needed(MODULES / MAP / MAP_FILE), folder / MAP_FILE)
    return describe(MAP, folder)


def describe(package: str, folder: Path) -> dict[str, Any]:
    """Copy the licence and return name, version, licence and files."""
    about = json.loads(needed(MODULES / package / "package.json").read_text(encoding="utf-8"))
    licences = sorted((MODULES / package).glob("LICEN[CS]E*"))
    if not licences:
        sys.exit(f"{package}: no licence file in the package; it may not be shipped without one")
    for licence in licences:
        shutil.copyfile(licence, folder / licence.name)
    return {
        "package": package,
        "version": about["version"],
        "licence": about["license"],
        "files": sorted(f"{folder.name}/{path.name}" for path in folder.iterdir()),
    }


def needed(path: Path) -> Path:
    """Return the path, or stop and say what to do when it is not there."""
    if not path.is_file():
        sys.exit(f"{path.relative_to(ROOT)} is not there; run `make assets`")
    return path


def tidy_lock() -> None:
    """Take funding pages and other addresses out of package-lock.json; npm does not need them."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:2] or ["copy"])
