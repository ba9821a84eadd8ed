"""The call that a job makes, and nothing else: `workers.ai.openai_provider` is held against it."""

import threading
from collections.abc import Iterator

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam

from bench import texts
from shared.domain.prompt_templates import system_templates
from shared.domain.prompts import REPLY_SCHEMA, Prompt, write_prompt
from shared.domain.text import Span
from shared.domain.windows import Window

_TIMEOUT = httpx2.Timeout(20, connect=5)
_MAX_TOKENS = 2048


class BareCaller:
    """Makes the same streaming call; as in the product, each thread keeps one connection."""

    def __init__(self, *, model: str, base_url: str) -> None:
        self._model = model
        self._client = openai.OpenAI(api_key="none", base_url=base_url, max_retries=0)
        self._tls = httpx2.create_ssl_context()
        self._own = threading.local()
        self._messages = _messages()

    def call(self) -> str:
        """Return the whole reply."""
        return "".join(self.stream())

    def stream(self) -> Iterator[str]:
        """Yield the reply piece by piece, as it comes."""
        chunks = self._thread_client().chat.completions.create(
            model=self._model,
            messages=self._messages,
            stream=True,
            stream_options={"include_usage": True},
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "reply", "strict": True, "schema": REPLY_SCHEMA},
            },
            max_completion_tokens=_MAX_TOKENS,
            timeout=_TIMEOUT,
        )
        with chunks:
            for chunk in chunks:
                for choice in chunk.choices:
                    yield choice.delta.content or ""

    def _thread_client(self) -> openai.OpenAI:
        if not hasattr(self._own, "client"):
            limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
            http = httpx2.Client(verify=self._tls, limits=limits)
            self._own.client = self._client.with_options(http_client=http)
        client: openai.OpenAI = self._own.client
        return client


def _messages() -> list[ChatCompletionMessageParam]:
    template = next(t for t in system_templates() if t.id == texts.TEMPLATE_ID)
    content = texts.text(0)
    whole = Span(0, len(content))
    task = Prompt(template.instruction, template.style)
    prompt = write_prompt(task, content, Window(whole, whole), "nonce")
    return [
        {"role": "system", "content": prompt.system},
        {"role": "user", "content": prompt.user},
    ]
