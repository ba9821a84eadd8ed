from shared.domain.window_budgets import SUGGESTION_WINDOWS, WindowBudget, output_budget


class TestWidened:
    def test_a_text_of_the_usual_length_keeps_the_budget(self):
        assert SUGGESTION_WINDOWS.widened(35_000) == SUGGESTION_WINDOWS

    def test_a_very_long_one_is_cut_into_no_more_windows_but_larger_ones(self):
        assert SUGGESTION_WINDOWS.widened(600_000).part == 15_000

    def test_one_that_was_cut_into_too_many_grows_once_more(self):
        assert SUGGESTION_WINDOWS.widened_again(64).part == 2400
        assert WindowBudget(part=10, context=1).widened_again(41).part == 11


class TestNarrowed:
    def test_a_model_with_room_changes_nothing(self):
        assert SUGGESTION_WINDOWS.narrowed(None) == SUGGESTION_WINDOWS
        assert SUGGESTION_WINDOWS.narrowed(6000) == SUGGESTION_WINDOWS

    def test_a_small_one_gets_less_of_both(self):
        assert SUGGESTION_WINDOWS.narrowed(2000) == WindowBudget(part=500, context=100)

    def test_something_is_asked_about_whatever_the_room(self):
        assert SUGGESTION_WINDOWS.narrowed(0).part == 64


class TestOutputBudget:
    def test_it_has_room_for_a_reply_about_one_word(self):
        assert output_budget("big") == 2048

    def test_it_grows_with_the_part_in_any_script(self):
        assert output_budget("plan" * 1500) == 2048 + 3000
        assert output_budget("漢" * 2000) == 2048 + 3000

    def test_it_ends_where_models_end(self):
        assert output_budget("a" * 1_000_000) == 16_384
