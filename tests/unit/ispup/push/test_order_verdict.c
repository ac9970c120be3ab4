/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/order_verdict.h"

#include "base/compiler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CONFIRM = ORDER_CONFIRM, ROLLBACK = ORDER_ROLLBACK };
enum { OK = VERDICT_REPLY_OK, ERR = VERDICT_REPLY_ERROR, LOST = VERDICT_REPLY_LOST };
enum { SAME, OTHER }; /* boot; and for the image: another one, the previous one */

#define STATE(word) VERDICT_STATE_##word

/* An answer that is whole, of the same camera, with the same number. */
static const struct row {
    int kind, reply, state, boot, runs_previous;
    enum verdict open; /* before the time is over; VERDICT_UNKNOWN is never here */
    const char *code;
} rows[] = {
    {CONFIRM, OK, STATE(CONFIRMED), SAME, 0, VERDICT_DONE, "confirmed"},
    {CONFIRM, LOST, STATE(CONFIRMED), SAME, 0, VERDICT_DONE, "confirmed"},
    {CONFIRM, OK, STATE(CONFIRMED), OTHER, 0, VERDICT_WAIT, "restarted"},
    {CONFIRM, OK, STATE(TRIAL), SAME, 0, VERDICT_WAIT, "trial"},
    {CONFIRM, OK, STATE(TRIAL), OTHER, 0, VERDICT_WAIT, "trial"},
    {CONFIRM, LOST, STATE(ROLLED_BACK), OTHER, 1, VERDICT_WAIT, "restarted"},
    {CONFIRM, OK, STATE(IDLE), SAME, 0, VERDICT_WAIT, "no-effect"},
    {CONFIRM, OK, STATE(UNCONFIRMED), SAME, 0, VERDICT_WAIT, "no-effect"},
    {CONFIRM, OK, STATE(LOST), SAME, 0, VERDICT_WAIT, "lost"},
    {CONFIRM, OK, STATE(STRANGE), SAME, 0, VERDICT_WAIT, "strange-state"},
    {CONFIRM, ERR, STATE(CONFIRMED), SAME, 0, VERDICT_NOT_DONE, "refused"},
    {CONFIRM, ERR, STATE(TRIAL), SAME, 0, VERDICT_NOT_DONE, "refused"},
    {CONFIRM, ERR, STATE(ROLLING_BACK), SAME, 0, VERDICT_NOT_DONE, "refused"},
    {CONFIRM, ERR, STATE(LOST), OTHER, 0, VERDICT_NOT_DONE, "refused"},
    {ROLLBACK, OK, STATE(ROLLED_BACK), OTHER, 1, VERDICT_DONE, "rolled-back"},
    {ROLLBACK, OK, STATE(UNCONFIRMED), OTHER, 1, VERDICT_DONE, "rolled-back"},
    {ROLLBACK, OK, STATE(UNCONFIRMED), SAME, 1, VERDICT_WAIT, "no-effect"},
    {ROLLBACK, OK, STATE(UNCONFIRMED), OTHER, 0, VERDICT_WAIT, "no-effect"},
    {ROLLBACK, LOST, STATE(ROLLED_BACK), OTHER, 1, VERDICT_DONE, "rolled-back"},
    {ROLLBACK, ERR, STATE(ROLLED_BACK), OTHER, 1, VERDICT_DONE, "rolled-back"},
    {ROLLBACK, OK, STATE(ROLLED_BACK), SAME, 1, VERDICT_WAIT, "no-restart"},
    {ROLLBACK, OK, STATE(ROLLED_BACK), OTHER, 0, VERDICT_WAIT, "other-image"},
    {ROLLBACK, OK, STATE(ROLLING_BACK), OTHER, 0, VERDICT_WAIT, "rolling-back"},
    {ROLLBACK, OK, STATE(RESTARTING), SAME, 0, VERDICT_WAIT, "restarting"},
    {ROLLBACK, OK, STATE(CONFIRMED), OTHER, 1, VERDICT_WAIT, "no-effect"},
    {ROLLBACK, LOST, STATE(CONFIRMED), SAME, 0, VERDICT_WAIT, "no-effect"},
    {ROLLBACK, OK, STATE(LOST), OTHER, 0, VERDICT_WAIT, "lost"},
    {ROLLBACK, ERR, STATE(ROLLING_BACK), SAME, 0, VERDICT_WAIT, "rolling-back"},
    {ROLLBACK, ERR, STATE(RESTARTING), SAME, 0, VERDICT_WAIT, "restarting"},
    {ROLLBACK, ERR, STATE(CONFIRMED), SAME, 0, VERDICT_NOT_DONE, "refused"},
    {ROLLBACK, ERR, STATE(ROLLED_BACK), OTHER, 0, VERDICT_NOT_DONE, "refused"},
    {ROLLBACK, ERR, STATE(ROLLED_BACK), SAME, 1, VERDICT_NOT_DONE, "refused"},
    {ROLLBACK, ERR, STATE(STRANGE), SAME, 0, VERDICT_NOT_DONE, "refused"},
};

static struct order_facts facts_of(const struct row *row)
{
    return (struct order_facts){
        .kind = (enum order_kind)row->kind,
        .seen = {.action = VERDICT_UPLOAD,
                 .reply = (enum verdict_reply)row->reply,
                 .answer = VERDICT_ANSWER_WHOLE,
                 .has_record = true,
                 .state = (enum verdict_state)row->state,
                 .other_boot = row->boot == OTHER},
        .runs_previous = row->runs_previous != 0,
    };
}

static void expect(const struct order_facts *facts, enum verdict verdict, const char *code,
                   size_t number)
{
    enum verdict_reason reason;
    enum verdict decided = order_decide(facts, &reason);

    if (decided != verdict || strcmp(verdict_code(reason), code) != 0)
        fail_msg("row %zu: %s, %s", number, verdict_name(decided, false), verdict_code(reason));
}

static void decides_each_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct order_facts facts = facts_of(&rows[i]);

        expect(&facts, rows[i].open, rows[i].code, i);
        facts.seen.is_over = true;
        expect(&facts, rows[i].open == VERDICT_WAIT ? VERDICT_UNKNOWN : rows[i].open, rows[i].code,
               i);
    }
}

/* Each of these makes any row's answer one that says nothing about the order. */
static void another_camera_or_number_or_silence_is_no_witness(void **state)
{
    static const struct {
        enum verdict_answer answer;
        enum verdict_id id;
        bool other_platform;
        enum verdict_number number;
        const char *code;
    } changes[] = {
        {VERDICT_ANSWER_NONE, VERDICT_ID_SAME, false, VERDICT_NUMBER_SAME, "silent"},
        {VERDICT_ANSWER_DENIED, VERDICT_ID_SAME, false, VERDICT_NUMBER_SAME, "denied"},
        {VERDICT_ANSWER_OTHER, VERDICT_ID_SAME, false, VERDICT_NUMBER_SAME, "no-record"},
        {VERDICT_ANSWER_WHOLE, VERDICT_ID_OTHER, false, VERDICT_NUMBER_SAME, "other-camera"},
        {VERDICT_ANSWER_WHOLE, VERDICT_ID_MISSING, false, VERDICT_NUMBER_SAME, "id-missing"},
        {VERDICT_ANSWER_WHOLE, VERDICT_ID_SAME, true, VERDICT_NUMBER_SAME, "other-platform"},
        {VERDICT_ANSWER_WHOLE, VERDICT_ID_SAME, false, VERDICT_NUMBER_LOWER, "number-lower"},
        {VERDICT_ANSWER_WHOLE, VERDICT_ID_SAME, false, VERDICT_NUMBER_NEXT, "number-skipped"},
        {VERDICT_ANSWER_WHOLE, VERDICT_ID_SAME, false, VERDICT_NUMBER_SKIPPED, "number-skipped"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows) * COUNT_OF(changes); i++) {
        struct order_facts facts = facts_of(&rows[i / COUNT_OF(changes)]);
        size_t change = i % COUNT_OF(changes);

        facts.seen.answer = changes[change].answer;
        facts.seen.id = changes[change].id;
        facts.seen.other_platform = changes[change].other_platform;
        facts.seen.number = changes[change].number;
        expect(&facts, VERDICT_WAIT, changes[change].code, i);
        facts.seen.is_over = true;
        expect(&facts, VERDICT_UNKNOWN, changes[change].code, i);
    }
}

/* Its last update stays rolled back. */
static void an_unconfirmed_image_that_came_back_is_confirmed(void **state)
{
    struct order_facts facts = facts_of(&rows[0]);

    (void)state;
    facts.seen.state = VERDICT_STATE_ROLLED_BACK;
    expect(&facts, VERDICT_WAIT, "no-effect", 0);
    facts.was_unconfirmed = true;
    expect(&facts, VERDICT_DONE, "confirmed", 0);
    facts.seen.other_boot = true;
    expect(&facts, VERDICT_WAIT, "restarted", 0);
}

static void an_account_that_is_denied_again_and_again_ends_it(void **state)
{
    struct order_facts facts = facts_of(&rows[0]);

    (void)state;
    facts.seen.answer = VERDICT_ANSWER_DENIED;
    facts.seen.is_settled = true;
    expect(&facts, VERDICT_UNKNOWN, "denied", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_each_row),
        cmocka_unit_test(another_camera_or_number_or_silence_is_no_witness),
        cmocka_unit_test(an_unconfirmed_image_that_came_back_is_confirmed),
        cmocka_unit_test(an_account_that_is_denied_again_and_again_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
