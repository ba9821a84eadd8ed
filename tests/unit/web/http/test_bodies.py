import pytest

BATCHES = "/api/v1/batches"
PROMPT = {"type": "template", "id": "clearer"}
SECTION = {"custom_id": "", "content": ""}


def faults(answer):
    assert answer.status_code == 400, answer.text
    return answer.json["error"]["details"]


def batch(sections, **more):
    return {"sections": sections, "prompt": PROMPT} | more


class TestTooMuch:
    @pytest.mark.parametrize(
        ("width", "count", "told"),
        [
            (51, 400, "An object has over 50 fields"),
            (5, 5000, "The body has over 20,000 fields"),
        ],
    )
    def test_thousands_of_fields_are_one_fault(self, new_client, width, count, told):
        section = {f"k{n}": 1 for n in range(width)}
        answer = new_client().post(BATCHES, json=batch([section] * count))

        assert faults(answer) == [{"field": "", "error": told}]

    def test_so_are_those_of_lists_in_lists(self, new_client):
        wide = {f"k{n}": 1 for n in range(51)}

        assert len(faults(new_client().post(BATCHES, json=batch([[[wide]]])))) == 1

    def test_no_more_than_a_thousand_faults_are_told(self, new_client):
        answer = new_client().post(BATCHES, json=batch([SECTION] * 5000))

        assert len(faults(answer)) == 1000


class TestKnown:
    def test_a_limit_in_money_is_refused_where_the_price_is_not_known(self, new_client):
        client = new_client(openai_api_key="k", openai_model="unheard-of")
        body = batch([{"custom_id": "a", "content": "A big plan."}], max_cost_usd=1)

        (fault,) = faults(client.post(BATCHES, json=body))
        assert fault["field"] == "max_cost_usd"
        assert "price" in fault["error"]
