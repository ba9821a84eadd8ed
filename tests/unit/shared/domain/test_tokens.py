import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.tokens import count_all, count_tokens, encoding_of

FORKED = """
import os
from shared.domain.tokens import count_tokens
here = count_tokens("A big plan.", "gpt-4o")
child = os.fork()
if not child:
    os._exit(0 if count_tokens("A big plan.", "gpt-4o") == here else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


class TestCountTokens:
    def test_it_counts_as_the_model_does(self):
        # Taken from OpenAI's tokenizer: the two encodings differ here.
        assert count_tokens("お誕生日おめでとう", "gpt-4o") == 8
        assert count_tokens("お誕生日おめでとう", "gpt-4") == 9

    def test_what_looks_like_a_special_token_is_text(self):
        assert count_tokens("<|endoftext|>", "gpt-4o") == 7

    def test_no_text_has_more_tokens_than_bytes(self):
        texts = ["e\u0301" * 99, "\U0001f468\u200d\U0001f469", "漢字かな", "\r\n\t\x01", "a"]

        for text, tokens in zip(texts, count_all(texts, "gpt-4o"), strict=True):
            assert 0 < tokens <= len(text.encode())

    def test_many_threads_may_count_at_once(self):
        with ThreadPoolExecutor(8) as pool:
            counts = set(pool.map(lambda _: count_tokens("A big plan. " * 200, "gpt-4"), range(64)))

        assert len(counts) == 1

    def test_it_counts_in_a_process_that_was_forked(self):
        forked = subprocess.run([sys.executable, "-c", FORKED], timeout=60, check=False)

        assert forked.returncode == 0


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        *((name, "cl100k_base") for name in ("gpt-4", "gpt-4-turbo", "gpt-3.5-turbo-0125")),
        *((name, "cl100k_base") for name in ("gpt-35-turbo", "ft:gpt-4:us", "openai/gpt-4-0613")),
        *((name, "o200k_base") for name in ("gpt-4o-mini", "gpt-4.1", "gpt-5", "o3-mini", "o1")),
        *((name, "o200k_base") for name in ("llama-3.2", "offline-rules-1", "ft:gpt-4o:us", "")),
    ],
)
def test_a_models_family_has_one_encoding(model, encoding):
    assert encoding_of(model) == encoding
