"""The picture of the rooms is the one the import contract draws."""

from __future__ import annotations

import runpy

from judges import PROJECT


def test_the_picture_of_the_rooms_is_up_to_date() -> None:
    tool = runpy.run_path(str(PROJECT / "tools" / "draw_rooms.py"))
    assert tool["PICTURE"].read_text(encoding="utf-8") == tool["drawing"]()


def test_every_room_of_the_package_is_drawn() -> None:
    package = PROJECT / "src" / "segur_socles"
    rooms = {p.parent.name for p in package.glob("*/__init__.py")} | {"errors"}
    picture = (PROJECT / "docs" / "images" / "pieces.svg").read_text(encoding="utf-8")
    assert rooms == {part.split('"')[0] for part in picture.split('data-room="')[1:]}
