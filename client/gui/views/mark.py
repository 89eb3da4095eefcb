"""Hubbub's mark: two bubbles that talk over one another. Pillow alone, in device pixels."""

from PIL import Image, ImageDraw

from hubbub.client.gui.kit.palette import rgb

_FINER = 4


def mark(size: int, front: str, back: str, dots: str) -> Image.Image:
    """A square picture; colours as #rrggbb."""
    side = size * _FINER
    image = Image.new("RGBA", (side, side), (*rgb(front), 0))
    _bubble(image, (0.30, 0.06, 0.98, 0.62), rgb(back), tail_right=True)
    _bubble(image, (0.02, 0.24, 0.76, 0.84), rgb(front), tail_right=False, gap=0.035)
    draw = ImageDraw.Draw(image)
    for place in (0.22, 0.39, 0.56):
        radius = 0.052 * side
        x, y = place * side, 0.54 * side
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*rgb(dots), 255))
    return image.resize((size, size), Image.Resampling.BOX)


def _bubble(
    image: Image.Image,
    box: tuple[float, float, float, float],
    colour: tuple[int, int, int],
    *,
    tail_right: bool,
    gap: float = 0.0,
) -> None:
    """`gap`: what is kept clear around it, of what lies behind."""
    side = image.width
    if gap:
        image.paste((0, 0, 0, 0), (0, 0), _shape(side, box, tail_right, gap))
    image.paste((*colour, 255), (0, 0), _shape(side, box, tail_right, 0.0))


def _shape(side: int, box: tuple[float, float, float, float], tail_right: bool, grown: float) -> Image.Image:
    left, top, right, bottom = box
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    body = ((left - grown) * side, (top - grown) * side, (right + grown) * side, (bottom + grown) * side)
    draw.rounded_rectangle(body, radius=(0.2 + grown) * side, fill=255)
    root, tip = (right - 0.34, right - 0.1) if tail_right else (left + 0.34, left + 0.1)
    edge = right - 0.12 if tail_right else left + 0.12
    draw.polygon(
        [
            (root * side, (bottom - 0.02) * side),
            ((tip + (grown if tail_right else -grown)) * side, (bottom + 0.14 + grown) * side),
            ((edge + (grown if tail_right else -grown)) * side, (bottom - 0.16) * side),
        ],
        fill=255,
    )
    return mask
