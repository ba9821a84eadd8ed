import threading

import pytest

from shared.errors import OverloadedError
from web.services import passwords as module
from web.services.passwords import AT_ONCE, Passwords

QUICK_KIB = 64


def at_once(step):
    return step()


@pytest.fixture
def passwords():
    return Passwords(at_once, memory_kib=QUICK_KIB)


class TestVerify:
    def test_the_right_one_is_known_again(self, passwords):
        kept = passwords.hash("secret words")

        assert passwords.verify("secret words", kept)
        assert not passwords.verify("other words", kept)

    def test_nobodys_is_compared_at_the_same_cost_and_never_right(self, passwords):
        kept, nobodys = passwords.hash("x"), passwords._nobodys

        assert kept.split("$")[:4] == nobodys.split("$")[:4]
        assert [len(part) for part in kept.split("$")] == [len(p) for p in nobodys.split("$")]
        assert not passwords.verify("", None)

    def test_two_users_with_one_password_do_not_share_a_hash(self, passwords):
        assert passwords.hash("same") != passwords.hash("same")


class TestParameters:
    def test_they_are_those_of_rfc_9106(self):
        kept = Passwords(at_once).hash("secret words")

        assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")

    def test_a_hash_with_others_is_outdated(self, passwords):
        assert not passwords.is_outdated(passwords.hash("x"))
        assert Passwords(at_once).is_outdated(passwords.hash("x"))


class TestTurns:
    def test_no_more_than_a_few_are_hashed_at_once(self, monkeypatch):
        monkeypatch.setattr(module, "_PATIENCE_S", 0.01)
        let_go, busy = threading.Event(), threading.Barrier(AT_ONCE + 1)

        def hold(_step):
            busy.wait(60)
            let_go.wait(60)

        passwords = Passwords(hold, memory_kib=QUICK_KIB)
        others = [threading.Thread(target=passwords.hash, args=("x",)) for _ in range(AT_ONCE)]
        for other in others:
            other.start()
        busy.wait(60)
        with pytest.raises(OverloadedError) as refusal:
            passwords.hash("one too many")
        let_go.set()
        for other in others:
            other.join()

        assert refusal.value.retry_after_ms
