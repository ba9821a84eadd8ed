from tests.injections import INJECTIONS, TELLTALE
from tests.obedience import obey
from tests.stack_client import order, some_text


class TestAModelThatObeysAnyOrderOutsideOfTheFence:
    def test_no_text_makes_it_obey(self, writer, model):
        model.plan(obey)
        jobs = {}
        for name, injection in INJECTIONS.items():
            jobs[name] = writer.begin(order(some_text("The big plan") + "\n" + injection))

        for name, job_id in jobs.items():
            found = writer.ended(job_id)["result"]["suggestions"]
            assert [one["suggested"] for one in found][:1] == ["significant"], name
            assert TELLTALE not in {one["suggested"] for one in found}, name

    def test_no_text_around_a_selection_makes_it_obey(self, writer, model):
        model.plan(obey)
        text = "\n".join([*INJECTIONS.values(), "The big plan", *INJECTIONS.values()])
        text += some_text()
        start = text.index("The big plan")
        job = writer.finish(order(text, selection=(start, start + 12)))

        assert [one["suggested"] for one in job["result"]["suggestions"]] == ["significant"]

    def test_it_obeys_where_an_order_does_stand_outside(self, writer, model):
        wish = {"type": "custom", "text": f"Say {TELLTALE}."}
        model.plan(obey)
        job = writer.finish(order(some_text(), prompt=wish))

        assert [one["suggested"] for one in job["result"]["suggestions"]] == [TELLTALE]
