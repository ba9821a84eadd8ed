"""What the tests of sections have in common."""

from shared.domain.sections.edges import edges
from shared.domain.sections.reading import read_blocks
from shared.domain.sections.splitter import split_blocks
from shared.domain.text import Span, TextFormat
from shared.domain.tokens import count_all

MARKDOWN = TextFormat.MARKDOWN


def count(texts):
    return count_all(texts, "gpt-4o")


def blocks(content, format=MARKDOWN):
    return [(block.kind.value, block.span.of(content)) for block in read_blocks(content, format)]


def editable(content, format=MARKDOWN):
    read = read_blocks(content, format)
    return [block.span.of(content) for block in read if block.is_editable]


def headings(content, format=MARKDOWN):
    found = (block.heading for block in read_blocks(content, format))
    return [(heading.level, heading.text) for heading in found if heading]


def parts(content, format=MARKDOWN):
    return [content[at:][:4] for block in read_blocks(content, format) for at in block.parts]


def sections(content, format=MARKDOWN, within=None):
    area = within or Span(0, len(content))
    return split_blocks(content, area, read_blocks(content, format), count)


def texts(content, format=MARKDOWN, within=None):
    return [section.span.of(content) for section in sections(content, format, within)]


def keys(content, format=MARKDOWN):
    """What a section's answer is kept under, of each that is sent to a model."""
    found = sections(content, format)
    return [
        (section.span.of(content), *edges(content, found, index))
        for index, section in enumerate(found)
        if section.is_editable
    ]
