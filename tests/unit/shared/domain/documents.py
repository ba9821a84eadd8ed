"""Documents made of pieces that are known to be prose or not, for property tests."""

from hypothesis import strategies as st

WORDS = ["river", "stone", "Über", "naïve", "it's", "漢字", "\U0001f600", "well-known", "5"]
words = st.sampled_from(WORDS)

# In each form stands what is protected; `{}` stands for a word of prose.
MARKDOWN_SPANS = [
    *("*{}*", "**{}**", "_{}_", "***{}***", "~~{}~~", "[{}](/u)", "![{}](/u.png)"),
    *('[{}](<a b> "say {{t}}")', "[{}](/u 'big')", "[{}][ref]", "[**{}**](/u)", "![{}][ref]"),
    *("`code big`", "`` ` ``", "[ref]", "[ref][]", "![ref]", "<https://x.y/z>", "https://x.y/z"),
    *("<b>{}</b>", "<i class='big'>{}</i>", "<code>big {{x}}</code>", "<!-- big -->", "<br/>"),
    *(
        "&amp;",
        "&#42;",
        "\\*",
        "\\[",
        "$x^2$",
        "[^1]",
        "{{{{name}}}}",
        "${{name}}",
        "%s",
        "me@x.org",
    ),
]
MARKDOWN_BLOCKS = [
    *("# {}", "## {} ##", "{}\n===", "{}\n---", "{}", "{}\n{}", "- {}", "- {}\n  {}", "1. {}"),
    *("- {}\n  - {}\n\n    {}", "- [x] {}", "> {}", "> {}\n> {}", "> - {}\n>   {}", "> {}\n{}"),
    *(
        "> [!NOTE]\n> {}",
        "[^1]: {}",
        "| {} | {} |\n|---|:-:|\n| {} | {} |",
        "{} | {}\n-|-\n{} | {}",
    ),
    *("```big\ncode\n```", "~~~\n\nbig\n~~~", "    code big", "***", "<div>\nbig\n</div>"),
    *("[ref]: /u 'big'", '[other]:\n  /u\n  "big"', "$$\nbig\n$$", "{}  \n{}", "{}\\\n{}"),
]
FRONT_MATTER = ["", "", "---\ntitle: big\n---\n", "+++\ntitle = 'big'\n+++\n", "\ufeff"]

HTML_SPANS = [
    *(
        "<b>{}</b>",
        '<a href="/u?a>b" title=\'x"y\'>{}</a>',
        "<i>{}",
        "{}</i>",
        "<br/>",
        "<p>{}</p>",
    ),
    *("<code>big <b>x</b></code>", "<pre>\nbig</pre>", "<script>if (a<b) '</p>'</script>"),
    *("<style>p > a {{}}</style>", "<textarea><p>big</textarea>", "<svg><text>big</text></svg>"),
    *("<template><p>big</p></template>", "<!-- big > <b> -->", "<!---->", "<!doctype html>"),
    *("&amp;", "&nbsp;", "&#169;", "&copy ", "<? big ?>", "{{{{name}}}}", "<em data-x=big>{}</em>"),
    *("<CODE>big</Code>", "<img src=a alt='big'>", "<svg/>", "<math><mi>big</mi></math>", "</div>"),
]


class Document:
    """A text, and where its words of prose are; all that is not white space else is protected."""

    def __init__(self):
        self.text, self.words = "", []

    def __repr__(self):
        return f"{self.text!r} {self.words}"

    def add(self, form, fillings):
        """Add the form, its gaps filled with a word or with a list of forms and fillings."""
        gaps = form.replace("{{", "\0").replace("}}", "\1").split("{}")
        for number, gap in enumerate(gaps):
            if number:
                self._fill(fillings[number - 1])
            self.text += gap.replace("\0", "{").replace("\1", "}")

    def _fill(self, filling):
        if isinstance(filling, str):
            self.words.append((len(self.text), len(self.text) + len(filling)))
            self.text += filling
            return
        for form, fillings in filling:
            self.add(form, fillings)

    def with_line_ends(self, end):
        """Return the same document with other line ends."""
        other = Document()
        other.text = self.text.replace("\n", end)
        grown = len(end) - 1
        other.words = [
            (a + grown * self.text.count("\n", 0, a), b + grown * self.text.count("\n", 0, b))
            for a, b in self.words
        ]
        return other

    def replaced(self, number, word):
        start, end = self.words[number]
        return self.text[:start] + word + self.text[end:]


def filled(forms, gap):
    """Draw one of the forms with each gap filled."""
    return st.sampled_from(forms).flatmap(
        lambda form: st.tuples(st.just(form), st.lists(gap, min_size=4, max_size=4))
    )


def inlines(forms):
    """Draw words and spans with a space between them; the first and the last are words."""
    spans = st.lists(st.one_of(filled(["{}"], words), filled(forms, words)), max_size=4)
    return st.tuples(words.filter(str.isalpha), spans, words).map(
        lambda drawn: [("{}", [drawn[0]]), *_spaced(drawn[1]), (" {}", [drawn[2]])]
    )


def _spaced(spans):
    return [(f" {form}", fillings) for form, fillings in spans]


@st.composite
def markdown_documents(draw):
    document = Document()
    document.add(draw(st.sampled_from(FRONT_MATTER)).replace("{", "{{"), [])
    blocks = draw(st.lists(filled(MARKDOWN_BLOCKS, inlines(MARKDOWN_SPANS)), max_size=6))
    for form, fillings in [*blocks, ("[ref]: /u", [])]:
        # The comment ends lists and footnotes.
        document.add(form + "\n\n<!-- big -->\n\n", fillings)
    return document.with_line_ends(draw(st.sampled_from(["\n", "\r\n", "\r"])))


@st.composite
def html_documents(draw):
    document = Document()
    for form, fillings in draw(inlines(HTML_SPANS)):
        document.add(form, fillings)
    return document
