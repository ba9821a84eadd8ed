import pytest

from shared.errors import SettingsError
from shared.settings import load_settings
from shared.settings.models import KEYLESS_MODEL

STORES = {"REDIS_URI": "redis://r:1/0", "MONGO_URI": "mongodb://m:1/copydesk"}
REAL = {"JWT_SECRET": "x" * 32, "FLOWER_BASIC_AUTH": "me:secret"}
NAMES = [
    *("REDIS_URI", "MONGO_URI", "BROKER_URI", "CACHE_URI", "JWT_SECRET", "ENVIRONMENT"),
    *("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "PORT", "HOST", "FLOWER_BASIC_AUTH"),
]


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Return a function that reads settings where there is nothing but what it is given."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    def read(**environment):
        for name, text in environment.items():
            monkeypatch.setenv(name, text)
        return load_settings()

    return read


class TestLoadSettings:
    def test_two_addresses_are_enough(self, load):
        settings = load(**STORES)

        assert settings.broker == settings.cache == "redis://r:1/0"
        assert (settings.port, settings.flower_port) == (5000, 5555)
        assert settings.model == KEYLESS_MODEL

    def test_all_faults_are_told_at_once(self, load):
        with pytest.raises(SettingsError) as fault:
            load(REDIS_URI="http://r", PORT="0", ENVIRONMENT="moon", OPENAI_BASE_URL="nowhere")

        told = [line.partition(":")[0] for line in fault.value.faults]
        assert set(told) == {"REDIS_URI", "MONGO_URI", "PORT", "ENVIRONMENT", "OPENAI_BASE_URL"}

    def test_no_value_is_repeated(self, load):
        with pytest.raises(SettingsError) as fault:
            load(REDIS_URI="hunter2://x", MONGO_URI="hunter2", PORT="hunter2")

        assert "hunter2" not in str(fault.value)

    def test_an_empty_variable_is_none_at_all(self, load):
        assert load(**STORES, OPENAI_API_KEY="", BROKER_URI="").keyless

    def test_a_file_is_read_and_the_environment_wins(self, load, tmp_path):
        (tmp_path / ".env").write_text("OPENAI_MODEL=from-file\nPORT=7000\n")
        settings = load(**STORES, PORT="8000")

        assert (settings.openai_model, settings.port) == ("from-file", 8000)

    @pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
    def test_a_key_or_an_address_names_a_model(self, load, name):
        settings = load(**STORES, **{name: "http://localhost:1/v1"}, OPENAI_MODEL="m")

        assert (settings.keyless, settings.model) == (False, "m")

    def test_no_secret_is_shown(self, load):
        settings = load(**STORES, OPENAI_API_KEY="sk-1", JWT_SECRET="s3cr3t" * 6)

        assert "sk-1" not in repr(settings)
        assert "s3cr3t" not in repr(settings)


class TestSecrets:
    @pytest.mark.parametrize("environment", ["staging", "production"])
    def test_outside_development_they_are_required(self, load, environment):
        with pytest.raises(SettingsError) as fault:
            load(**STORES, ENVIRONMENT=environment)

        assert "JWT_SECRET" in str(fault.value)
        assert "FLOWER_BASIC_AUTH" in str(fault.value)

    @pytest.mark.parametrize("secret", ["short", "development-only-secret-that-signs-nothing-real"])
    def test_they_must_be_real(self, load, secret):
        with pytest.raises(SettingsError, match="JWT_SECRET"):
            load(**STORES, **REAL | {"JWT_SECRET": secret}, ENVIRONMENT="production")

    @pytest.mark.parametrize(
        ("name", "weak"), [("JWT_OLD_SECRETS", f"{'o' * 32},short"), ("PASSWORD_MEMORY_KIB", "8")]
    )
    def test_weak_ones_of_before_and_cheap_hashes_are_refused(self, load, name, weak):
        with pytest.raises(SettingsError, match=name):
            load(**STORES, **REAL, **{name: weak}, ENVIRONMENT="production")

    def test_the_secret_that_signs_comes_first(self, load):
        settings = load(**STORES, JWT_SECRET="n" * 32, JWT_OLD_SECRETS=" old1 ,, old2")

        assert settings.jwt_secrets == ("n" * 32, "old1", "old2")

    def test_real_ones_will_do(self, load):
        assert load(**STORES, **REAL, ENVIRONMENT="production").environment == "production"

    def test_a_laptop_that_others_can_reach_needs_a_password_for_flower(self, load):
        with pytest.raises(SettingsError, match="FLOWER_BASIC_AUTH"):
            load(**STORES, HOST="192.0.2.1")

    @pytest.mark.parametrize("half", ["secret", "me:", ":secret"])
    @pytest.mark.parametrize("environment", ["development", "production"])
    def test_flowers_password_has_a_name_before_it(self, load, half, environment):
        auth = {"FLOWER_BASIC_AUTH": half, "ENVIRONMENT": environment}
        with pytest.raises(SettingsError, match=r"FLOWER_BASIC_AUTH: set user:password$"):
            load(**STORES, **REAL | auth)

    @pytest.mark.parametrize("environment", ["development", "testing"])
    def test_a_laptop_needs_none(self, load, environment):
        assert load(**STORES, ENVIRONMENT=environment)


class TestBudgets:
    KEYED = STORES | {"OPENAI_API_KEY": "k"}
    HUGE = '{"m": {"input": 1e300, "output": 1}}'
    NO_PRICES = ("x", "[]", '{"m": {"input": 1}}', '{"m": {"input": -1}}', HUGE)

    def test_without_one_no_price_need_be_known(self, load):
        assert not load(**self.KEYED, OPENAI_MODEL="nobody-knows").has_budget

    @pytest.mark.parametrize("who", ["ANONYMOUS", "USER", "ADMIN", "INSTALLATION"])
    def test_with_one_every_model_has_a_price(self, load, who):
        terms = {f"BUDGET_{who}_USD": "1.5", "OPENAI_MODELS": "gpt-4o, dear-one"}
        with pytest.raises(SettingsError, match=r"MODEL_PRICES: .*price of dear-one$"):
            load(**self.KEYED, **terms)

        prices = '{"dear-one": {"input": 3, "output": 9}}'
        assert load(**self.KEYED, **terms, MODEL_PRICES=prices).prices == {
            "dear-one": {"input": 3, "cached": 3, "output": 9}
        }

    def test_the_model_in_its_place_has_one_too(self, load):
        with pytest.raises(SettingsError, match="price of second"):
            load(**self.KEYED, FALLBACK_MODEL="second", BUDGET_USER_USD="1")

    def test_the_keyless_engine_has_one(self, load):
        assert load(**STORES, OPENAI_MODEL="nobody-knows", BUDGET_USER_USD="0").budget_user_usd == 0

    @pytest.mark.parametrize("text", NO_PRICES)
    def test_prices_have_to_be_some(self, load, text):
        with pytest.raises(SettingsError, match="MODEL_PRICES"):
            load(**self.KEYED, MODEL_PRICES=text)

    @pytest.mark.parametrize("text", ["inf", "1e11"])
    def test_a_budget_is_a_number_that_can_be_counted(self, load, text):
        with pytest.raises(SettingsError, match="BUDGET_USER_USD"):
            load(**self.KEYED, BUDGET_USER_USD=text)


class TestFallback:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"FALLBACK_MODEL": "gpt-4o"},
            {"OPENAI_API_KEY": "k", "FALLBACK_API_KEY": "k"},
            {"OPENAI_API_KEY": "k", "FALLBACK_BASE_URL": "http://other/v1"},
            {"OPENAI_API_KEY": "k", "FALLBACK_MODEL": "gpt-4o-mini"},
        ],
    )
    def test_half_of_one_stops_the_start(self, load, wrong):
        with pytest.raises(SettingsError, match="FALLBACK_MODEL: "):
            load(**STORES, **wrong)

    def test_the_same_model_may_be_asked_elsewhere(self, load):
        named = {"FALLBACK_MODEL": "gpt-4o-mini", "FALLBACK_BASE_URL": "http://other/v1"}

        assert load(**STORES, OPENAI_API_KEY="k", **named).fallback_model == "gpt-4o-mini"
