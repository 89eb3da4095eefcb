"""Emoji by short names between colons: `:smi` offers some, `:smile:` is one. Pure: which emoji there are comes from outside.

A colon begins a name only where a word could begin, so that times, addresses and code stay as they are typed.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from hubbub.client.gui.model.completing import MOST, Completion

_CODES: Final = """
smile 😄 smiley 😃 grin 😁 grinning 😀 laughing 😆 joy 😂 rofl 🤣 lol 😂 sweat_smile 😅 slight_smile 🙂 upside_down 🙃 wink 😉
blush 😊 innocent 😇 heart_eyes 😍 smiling_hearts 🥰 star_struck 🤩 kissing_heart 😘 kissing 😗 yum 😋 tongue 😛 zany 🤪
hug 🤗 thinking 🤔 shush 🤫 salute 🫡 neutral 😐 expressionless 😑 smirk 😏 unamused 😒 eye_roll 🙄 grimacing 😬 relieved 😌
pensive 😔 sleepy 😪 sleeping 😴 mask 😷 sick 🤢 sneeze 🤧 hot 🥵 cold 🥶 dizzy_face 😵 mind_blown 🤯 exploding_head 🤯 cowboy 🤠
party 🥳 sunglasses 😎 cool 😎 nerd 🤓 monocle 🧐 confused 😕 worried 😟 frown 🙁 open_mouth 😮 wow 😮 astonished 😲 flushed 😳
pleading 🥺 cry 😢 sad 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩 tired 😫 yawn 🥱 angry 😠 rage 😡 swearing 🤬
devil 😈 skull 💀 poop 💩 clown 🤡 ghost 👻 alien 👽 robot 🤖 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 melting 🫠
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔
two_hearts 💕 sparkling_heart 💖 kiss 💋 100 💯 boom 💥 dash 💨 zzz 💤 wave 👋 ok_hand 👌 ok 👌 v ✌️ fingers_crossed 🤞
love_you 🤟 metal 🤘 call_me 🤙 point_left 👈 point_right 👉 point_up ☝️ point_down 👇 thumbsup 👍 +1 👍 yes 👍 thumbsdown 👎 -1 👎
fist ✊ punch 👊 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 thanks 🙏 muscle 💪 writing ✍️ eyes 👀 brain 🧠
shrug 🤷 facepalm 🤦 raising_hand 🙋 bow 🙇 runner 🏃 walking 🚶 dancer 💃 baby 👶 family 👪
dog 🐶 cat 🐱 mouse 🐭 rabbit 🐰 fox 🦊 bear 🐻 panda 🐼 tiger 🐯 lion 🦁 cow 🐮 pig 🐷 frog 🐸 monkey 🐒 chicken 🐔 penguin 🐧
bird 🐦 owl 🦉 unicorn 🦄 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 fish 🐟 dolphin 🐬 whale 🐳
rose 🌹 sunflower 🌻 tulip 🌷 tree 🌳 cactus 🌵 leaves 🍃 clover 🍀 mushroom 🍄 earth 🌍 moon 🌙 sun ☀️ star ⭐ sparkles ✨
rainbow 🌈 cloud ☁️ umbrella ☔ zap ⚡ snowflake ❄️ snowman ⛄ fire 🔥 droplet 💧 ocean 🌊
apple 🍎 banana 🍌 grapes 🍇 watermelon 🍉 strawberry 🍓 cherries 🍒 lemon 🍋 avocado 🥑 tomato 🍅 carrot 🥕 corn 🌽 bread 🍞
cheese 🧀 egg 🥚 burger 🍔 fries 🍟 pizza 🍕 taco 🌮 sushi 🍣 ramen 🍜 spaghetti 🍝 cookie 🍪 cake 🍰 birthday 🎂 chocolate 🍫
popcorn 🍿 icecream 🍦 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine 🍷 cocktail 🍸 champagne 🍾
soccer ⚽ basketball 🏀 football 🏈 tennis 🎾 trophy 🏆 medal 🏅 dart 🎯 dice 🎲 chess ♟️ art 🎨 guitar 🎸 music 🎵 notes 🎶
headphones 🎧 microphone 🎤 movie 🎬 camera 📷 tv 📺 car 🚗 taxi 🚕 bus 🚌 train 🚆 bike 🚲 airplane ✈️ rocket 🚀 ship 🚢
anchor ⚓ house 🏠 school 🏫 hospital 🏥 tent ⛺ map 🗺️ hourglass ⌛ watch ⌚ alarm ⏰ calendar 📅
phone 📱 computer 💻 laptop 💻 keyboard ⌨️ printer 🖨️ battery 🔋 bulb 💡 idea 💡 flashlight 🔦 book 📖 books 📚 newspaper 📰
memo 📝 pencil ✏️ pen 🖊️ paperclip 📎 pushpin 📌 scissors ✂️ lock 🔒 unlock 🔓 key 🔑 hammer 🔨 wrench 🔧 gear ⚙️ link 🔗
magnet 🧲 microscope 🔬 telescope 🔭 pill 💊 syringe 💉 package 📦 mailbox 📫 email 📧 inbox 📥 chart 📈 money 💰 gem 💎
gift 🎁 balloon 🎈 tada 🎉 confetti 🎊 christmas_tree 🎄 pumpkin 🎃 crown 👑 ring 💍 glasses 👓 bell 🔔 no_bell 🔕 speaker 🔊 mute 🔇
check ✅ white_check_mark ✅ heavy_check_mark ✔️ cross ❌ x ❌ question ❓ exclamation ❗ warning ⚠️ no_entry ⛔ stop 🛑 recycle ♻️
construction 🚧 sos 🆘 new 🆕 up ⬆️ down ⬇️ left ⬅️ right ➡️ back 🔙 soon 🔜 red_circle 🔴 green_circle 🟢 blue_circle 🔵
checkered_flag 🏁 white_flag 🏳️ pirate_flag 🏴‍☠️ rainbow_flag 🏳️‍🌈
"""
CODES: Final = dict(zip(_CODES.split()[::2], _CODES.split()[1::2], strict=True))
"""The sequence of each, beside those that are made of an emoji's own name."""
LEAST: Final = 2
"""Characters behind the colon."""
_BEGUN: Final = re.compile(r"(?:^|[^\w:/.\\]):([a-z+\-][a-z0-9_+\-]+)$", re.IGNORECASE)
_CLOSED: Final = re.compile(r"(?:^|[^\w:/.\\]):([a-z0-9+\-][a-z0-9_+\-]*):$", re.IGNORECASE)


class Named(Protocol):
    """An emoji."""

    @property
    def sequence(self) -> str: ...
    @property
    def name(self) -> str: ...


Search = Callable[[str], Sequence[Named]]
"""Emoji whose names or keywords have words that begin with all of the given ones."""


def complete(before: str, search: Search, recent: Sequence[str] = ()) -> list[Completion]:
    """What may be meant by what stands before the caret; of the short names, those of the emoji used lately come first."""
    if (part := begun(before)) is None:
        return []
    part = part.casefold()
    short = [(code, sequence) for code, sequence in CODES.items() if code.startswith(part)]
    short.sort(key=lambda one: (one[0] != part, _place(one[1], recent)))
    found: dict[str, str] = {}
    for code, sequence in short:
        found.setdefault(sequence, code)
    for emoji in search(part.replace("_", " ")):
        found.setdefault(emoji.sequence, code_of(emoji.name))
    return [
        Completion(name=code, shown=f":{code}:", replaced=len(part) + 1, emoji=sequence)
        for sequence, code in list(found.items())[:MOST]
    ]


def begun(before: str) -> str | None:
    """The name that is being written; None: none is."""
    found = _BEGUN.search(before)
    return found[1] if found and not _in_code(before) and len(found[1]) >= LEAST else None


def closed(before: str, search: Search) -> tuple[str, str] | None:
    """What was typed, both colons included, and the emoji that it is; None: it is none."""
    found = _CLOSED.search(before)
    if found is None or _in_code(before):
        return None
    code = found[1].casefold()
    named = (one.sequence for one in search(code.replace("_", " ")) if code_of(one.name) == code)
    sequence = CODES.get(code) or next(named, None)
    return (f":{found[1]}:", sequence) if sequence else None


def code_of(name: str) -> str:
    """ "thumbs up" is thumbs_up."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def _in_code(before: str) -> bool:
    """Within ` or ```, as far as that can be told from what stands before."""
    return before.count("`") % 2 == 1


def _place(sequence: str, recent: Sequence[str]) -> int:
    return recent.index(sequence) if sequence in recent else len(recent)
