"""The 256 words of a fingerprint, one a byte: two syllables or more, no two alike to the ear. Their order is protocol."""

from typing import Final

WORDS: Final = tuple(
    """
    acorn actor adobe agent album alley amber anchor angle ankle apple apron arena arrow
    atlas attic autumn bacon badge bagel baker bamboo banjo barrel basil basket beacon beaver
    berry bishop blanket blossom border bottle bracket branch breeze brick bridge bronze brother bucket
    buffalo butter button cabin cactus camel camera candle canoe canyon carbon cargo carpet carrot
    castle cedar cello cement chapel cheese cherry chimney circle citrus clover cobalt coffee comet
    copper coral cotton cousin cradle crater cricket crystal cupboard curtain daisy dancer desert diamond
    dinner dolphin donkey dragon drawer eagle early easel elbow eleven ember engine evening fabric
    falcon farmer feather fender ferry fiddle finger flame flower forest fossil fountain fridge galaxy
    garden garlic ginger giraffe glacier goblet golden gravel guitar hammer harbor harvest hazel helmet
    hermit hockey honey horizon hotel hunter iceberg igloo indigo insect island ivory jacket jaguar
    jasmine jelly jersey jungle kettle kidney kitten ladder lagoon lantern laptop lemon leopard letter
    lily lizard lobster locket lunar magnet mango maple marble market meadow melon mentor mirror
    mitten monkey morning mosaic muffin museum mustard napkin nectar needle nickel noodle nutmeg ocean
    olive onion opera orange orbit orchid otter oven oxygen oyster paddle palace panda paper
    parrot pebble pencil pepper piano pigeon pillow pirate planet plaza pocket pony potato prairie
    pumpkin puzzle quartz rabbit radio rainbow raven ribbon river rocket saddle salmon sandal scarf
    school shadow silver singer sister sparrow spider spoon stable summer sunset tailor teapot temple
    thunder tiger timber tomato tower trumpet tulip tunnel turtle umbrella valley velvet violin walnut
    window winter yellow zebra
    """.split()  # noqa: SIM905  # 256 quoted words would be unreadable
)
