"""An edit changes few sections: what is kept of the others is found again."""

from collections import Counter

import pytest

from shared.domain.text import TextFormat
from tests.unit.shared.domain.sections.section_cases import keys
from tests.unit.shared.domain.sections.writing import Writer

MARKDOWN, HTML = TextFormat.MARKDOWN, TextFormat.HTML
BLOCKS = 80
SORTS = {
    "paragraphs": ["paragraph"],
    "headings": ["heading", *["paragraph"] * 4],
    "mixed": [*["paragraph"] * 4, "list", "table"],
    "long": [*["paragraph"] * 6, "essay"],
}
AT_MOST = 3


def written(sort, seed):
    """Return a writer and the blocks of a text."""
    writer = Writer(seed)
    write = {
        "paragraph": writer.paragraph,
        "heading": lambda: f"## {writer.words(4)}",
        "list": lambda: writer.list_of(writer.random.randint(2, 25)),
        "table": lambda: writer.table_of(writer.random.randint(2, 25)),
        "essay": lambda: writer.paragraph(120),
    }
    return writer, [write[writer.random.choice(SORTS[sort])]() for _ in range(BLOCKS)]


def joined(blocks, format):
    if format is MARKDOWN:
        return "\n\n".join(blocks)
    tags = ["h2" if block.startswith("#") else "p" for block in blocks]
    pairs = zip(tags, blocks, strict=True)
    return "\n".join(f"<div><{tag} class='a'>{block}</{tag}></div>" for tag, block in pairs)


def reworded(writer, block):
    """Return the block with another word in the place of one."""
    words = block.split(" ")
    places = [place for place, word in enumerate(words) if word.strip(".").isalpha()]
    words[writer.random.choice(places)] = writer.word()
    return [" ".join(words)]


def extended(writer, block):
    """Return the block with a sentence more."""
    sentences = block.split(". ")
    sentences.insert(writer.random.randint(0, len(sentences)), writer.sentence())
    return [". ".join(sentences)]


def changes(sort, edit, *, seed, format=MARKDOWN, edits=16):
    """Return how many sections have to be sent again after each edit, all else being kept."""
    writer, blocks = written(sort, seed)
    kept = Counter(keys(joined(blocks, format), format))
    found = []
    for place in [0, BLOCKS - 1, *writer.random.choices(range(BLOCKS), k=edits - 2)]:
        edited = [*blocks[:place], *edit(writer, blocks[place]), *blocks[place + 1 :]]
        found.append((Counter(keys(joined(edited, format), format)) - kept).total())
    return found


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("format", [MARKDOWN, HTML])
def test_another_word_changes_three_sections_at_most(sort, format):
    found = changes(sort, reworded, seed=1, format=format)

    assert max(found) <= AT_MOST
    assert sum(found) >= len(found) // 2


@pytest.mark.parametrize("sort", ["paragraphs", "headings"])
def test_another_sentence_changes_three_sections_at_most(sort):
    assert 1 <= max(changes(sort, extended, seed=2)) <= AT_MOST


@pytest.mark.parametrize("sort", ["paragraphs", "headings", "long"])
def test_a_new_paragraph_changes_few_sections(sort):
    found = changes(sort, lambda writer, block: [writer.paragraph(), block], seed=3)

    assert 1 <= max(found) <= AT_MOST + 2
    assert sorted(found)[len(found) // 2] <= AT_MOST


@pytest.mark.parametrize("sort", ["paragraphs", "headings", "mixed"])
def test_a_paragraph_less_changes_few_sections(sort):
    found = changes(sort, lambda _writer, _block: [], seed=4)

    assert 1 <= max(found) <= AT_MOST + 2
    assert sorted(found)[len(found) // 2] <= AT_MOST


def test_a_new_name_for_a_heading_changes_its_section_and_the_one_before():
    writer = Writer(5)
    chapters = [f"## {writer.words(4)}\n\n{writer.paragraph(6)}\n\n" for _ in range(50)]
    kept = Counter(keys("".join(chapters)))
    chapters[25] = chapters[25].replace("## ", "## Renamed ")

    assert (Counter(keys("".join(chapters))) - kept).total() == 2


def test_repeated_text_is_found_again_too():
    blocks = ["The same words again and again, to the end of the paragraph."] * 400
    kept = {*keys("\n\n".join(blocks))}
    edited = keys("\n\n".join([*blocks[:150], f"Now {blocks[150]}", *blocks[151:]]))

    assert len(edited) > 5
    assert sum(key not in kept for key in edited) <= AT_MOST + 2


@pytest.mark.deep
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("format", [MARKDOWN, HTML])
def test_a_word_hardly_ever_changes_more_than_three_sections(sort, format):
    found = [
        number
        for seed in range(100, 113)
        for number in changes(sort, reworded, seed=seed, format=format, edits=40)
    ]

    # A paragraph that is cut within itself has its cuts nearer to any word.
    most = 5 if sort == "long" else 2
    assert sum(number > AT_MOST for number in found) <= most * len(found) / 1000
