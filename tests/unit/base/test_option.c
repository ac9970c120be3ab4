/* SPDX-License-Identifier: Apache-2.0 */
#include "base/option.h"

#include "base/compiler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS = 6, OPTIONS = 5 };
enum { OUT, KEY, QUIET, WAIT, FILES };

/* What a verb accepts. */
static void make_options(struct option options[OPTIONS])
{
    const struct option made[OPTIONS] = {
        [OUT] = {.name = "out", .letter = 'o', .limit = 1},
        [KEY] = {.name = "key", .limit = 2},
        [QUIET] = {.name = "quiet", .letter = 'q', .is_flag = true},
        [WAIT] = {.name = "wait", .limit = 1},
        [FILES] = {.limit = 2},
    };

    memcpy(options, made, sizeof(made));
}

static bool parse(const char *const words[WORDS], struct option options[OPTIONS], struct error *err)
{
    static char copies[WORDS][32]; /* the parsed values are borrowed from these */
    char *line[WORDS];
    int count = 0;

    for (; count < WORDS && words[count] != NULL; count++) {
        assert_true(strlen(words[count]) < sizeof(copies[0]));
        memcpy(copies[count], words[count], strlen(words[count]) + 1);
        line[count] = copies[count];
    }
    make_options(options);
    return option_parse(count, line, options, OPTIONS, err);
}

static void assert_same(const char *found, const char *expected)
{
    assert_int_equal(found == NULL, expected == NULL);
    if (found != NULL)
        assert_string_equal(found, expected);
}

static void every_form_of_an_option_is_taken_in_any_order(void **state)
{
    static const struct {
        const char *words[WORDS];
        const char *out, *key, *other_key, *file, *other_file;
        bool quiet;
    } rows[] = {
        {{NULL}, NULL, NULL, NULL, NULL, NULL, false},
        {{"--out", "a", "b"}, "a", NULL, NULL, "b", NULL, false},
        {{"b", "--out=a"}, "a", NULL, NULL, "b", NULL, false},
        {{"-o", "a", "--quiet", "b", "c"}, "a", NULL, NULL, "b", "c", true},
        {{"-q", "--key", "1", "--key=2"}, NULL, "1", "2", NULL, NULL, true},
        {{"--out=a=b"}, "a=b", NULL, NULL, NULL, NULL, false},
        {{"--out", "--quiet"}, "--quiet", NULL, NULL, NULL, NULL, false},
        {{"--out", "--", "-q"}, "--", NULL, NULL, NULL, NULL, true},
        {{"--", "--out", "-q"}, NULL, NULL, NULL, "--out", "-q", false},
        {{"--", "--"}, NULL, NULL, NULL, "--", NULL, false},
        {{"-oa", "b"}, "a", NULL, NULL, "b", NULL, false},
        {{"-", "b"}, NULL, NULL, NULL, "-", "b", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct option options[OPTIONS];
        struct error err = ERROR_EMPTY;

        if (!parse(rows[i].words, options, &err))
            fail_msg("row %zu: %s", i, err.text);
        assert_same(option_value(&options[OUT]), rows[i].out);
        assert_same(options[KEY].values[0], rows[i].key);
        assert_same(options[KEY].values[1], rows[i].other_key);
        assert_same(options[FILES].values[0], rows[i].file);
        assert_same(options[FILES].values[1], rows[i].other_file);
        assert_int_equal(options[QUIET].count, rows[i].quiet);
    }
}

static void every_other_line_is_refused_with_its_word(void **state)
{
    static const struct {
        const char *words[WORDS];
        const char *text;
    } rows[] = {
        {{"--outer", "a"}, "unknown option --outer"},
        {{"--ou", "a"}, "unknown option --ou"},
        {{"--o", "a"}, "unknown option --o"},
        {{"-xa"}, "unknown option -xa"},
        {{"-qa"}, "unknown option -qa"},
        {{"-o=a"}, "unknown option -o=a"},
        {{"-x"}, "unknown option -x"},
        {{"--=a"}, "unknown option --=a"},
        {{"--OUT", "a"}, "unknown option --OUT"},
        {{"---out", "a"}, "unknown option ---out"},
        {{"-qo", "a"}, "unknown option -qo"},
        {{"--out"}, "--out needs a value"},
        {{"-o"}, "-o needs a value"},
        {{"-o", ""}, "--out needs a value, not an empty one"},
        {{"--key="}, "--key needs a value, not an empty one"},
        {{"-", ""}, "an argument is empty"},
        {{"--quiet=yes"}, "--quiet takes no value"},
        {{"--quiet="}, "--quiet takes no value"},
        {{"--quiet", "-q"}, "--quiet is given twice"},
        {{"--out", "a", "-o", "b"}, "--out is given twice"},
        {{"--key=1", "--key=2", "--key=3"}, "--key is given more than 2 times"},
        {{"a", "b", "c"}, "unexpected argument: c"},
        {{"a", "--", "b", "--out"}, "unexpected argument: --out"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct option options[OPTIONS];
        struct error err = ERROR_EMPTY;

        assert_false(parse(rows[i].words, options, &err));
        assert_string_equal(err.text, rows[i].text);
        assert_int_equal(err.kind, ERROR_USAGE);
    }
}

static void a_verb_without_operands_takes_none(void **state)
{
    struct option option = {.name = "out", .limit = 1};
    char word[] = "a", *words[] = {word};
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_false(option_parse(1, words, &option, 1, &err));
    assert_string_equal(err.text, "unexpected argument: a");
}

static void a_list_has_as_many_words_as_its_limit(void **state)
{
    const char *list[6] = {NULL};
    struct option option = {.limit = 5, .list = list};
    char word[] = "a", *words[] = {word, word, word, word, word, word};
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(option_parse(5, words, &option, 1, &err));
    assert_int_equal(option.count, 5);
    assert_ptr_equal(option_value(&option), word);
    option.count = 0;
    assert_false(option_parse(6, words, &option, 1, &err));
    assert_null(list[5]);
}

static void a_number_is_within_its_bounds(void **state)
{
    static const struct {
        const char *word;
        bool is_taken;
    } rows[] = {
        {"2", true},    {"300", true}, {"002", true},  {"1", false},
        {"301", false}, {"-", false},  {"+2", false},  {"-2", false},
        {"2s", false},  {" 2", false}, {"0x2", false}, {"18446744073709551618", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *words[WORDS] = {"--wait", rows[i].word};
        struct option options[OPTIONS];
        struct error err = ERROR_EMPTY;
        uint64_t number = 77;

        assert_true(parse(words, options, &err));
        assert_int_equal(option_number(&options[WAIT], 2, 300, &number, &err), rows[i].is_taken);
        if (rows[i].is_taken)
            assert_true(number >= 2 && number <= 300);
    }
}

static void what_was_not_given_keeps_its_default_and_may_be_needed(void **state)
{
    static const char *const words[WORDS] = {"--wait=5"};
    struct option options[OPTIONS];
    struct error err = ERROR_EMPTY;
    uint64_t number = 77;

    (void)state;
    assert_true(parse(words, options, &err));
    assert_true(option_number(&options[KEY], 1, 2, &number, &err));
    assert_int_equal(number, 77);
    assert_true(option_need(&options[WAIT], "--wait", &err));
    assert_false(option_need(&options[FILES], "an image", &err));
    assert_string_equal(err.text, "needs an image");
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_null(option_value(&options[FILES]));
    assert_false(option_number(&options[WAIT], 6, 9, &number, &err));
    assert_string_equal(err.text, "--wait is a number from 6 to 9, not 5");
}

static void options_before_a_verb_end_at_the_verb(void **state)
{
    static char one[] = "-q", two[] = "--out=x", verb[] = "send", three[] = "-o";
    char *line[] = {one, two, verb, three}, **words = line;
    struct option options[OPTIONS];
    struct error err = ERROR_EMPTY;
    int count = (int)COUNT_OF(line);

    (void)state;
    make_options(options);
    assert_true(option_parse_first(&count, &words, options, OPTIONS, &err));
    assert_int_equal(count, 2);
    assert_ptr_equal(words, line + 2);
    assert_string_equal(option_value(&options[OUT]), "x");
    assert_int_equal(options[QUIET].count, 1);
    assert_int_equal(options[FILES].count, 0);
    assert_true(option_parse_first(&count, &words, options, OPTIONS, &err));
    assert_int_equal(count, 2);
}

static void an_option_may_be_a_letter_alone(void **state)
{
    static char letter[] = "-c", value[] = "x", empty[] = "--=x";
    char *line[] = {letter, value, letter, value}, *other[] = {empty};
    struct option option = {.name = "", .letter = 'c', .limit = 1};
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(option_parse(2, line, &option, 1, &err));
    assert_string_equal(option_value(&option), "x");
    option.count = 0;
    assert_false(option_parse(4, line, &option, 1, &err));
    assert_string_equal(err.text, "-c is given twice");
    option.count = 0;
    assert_false(option_parse(1, other, &option, 1, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_an_option_is_taken_in_any_order),
        cmocka_unit_test(every_other_line_is_refused_with_its_word),
        cmocka_unit_test(a_verb_without_operands_takes_none),
        cmocka_unit_test(a_list_has_as_many_words_as_its_limit),
        cmocka_unit_test(a_number_is_within_its_bounds),
        cmocka_unit_test(what_was_not_given_keeps_its_default_and_may_be_needed),
        cmocka_unit_test(options_before_a_verb_end_at_the_verb),
        cmocka_unit_test(an_option_may_be_a_letter_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
