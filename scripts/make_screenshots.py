"""Take the pictures of the desktop program that the documents show, by driving it.

``python scripts/make_screenshots.py docs/images [NAME …]`` takes all of them, or those scenes that are named.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from viewer_scenes import SCENES
from viewer_stage import Stage


def main() -> None:
    """Play the scenes, each in a main window of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scenes", nargs="*", metavar="NAME", help=f"of {', '.join(SCENES)}")
    asked = parser.parse_args()
    if unknown := set(asked.scenes) - set(SCENES):
        parser.error(f"no scene {', '.join(sorted(unknown))}")
    asked.folder = asked.folder.absolute()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name in asked.scenes or SCENES:
        scene = SCENES[name]
        stage = Stage(asked.folder, scene.look, scene.size)
        try:
            scene.play(stage)
        finally:
            stage.close()


if __name__ == "__main__":
    main()
