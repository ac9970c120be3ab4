/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: an account's hash, a user, a password, a line each; then X-ISP-Ticket. After a `!` it is
 * changes of a right ticket: two bytes each, the place and what is added to the byte there.
 */
#include "target.h"

#include "camera/ticket.h"
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char run[64]; /* one folder for all inputs: to make one takes longer than to use it */

static void remove_run(void)
{
    char path[sizeof(run) + 16];

    (void)snprintf(path, sizeof(path), "%s/ticket-key", run);
    (void)unlink(path);
    (void)rmdir(run);
}

static void make_run(void)
{
    const char *parent = getenv("TMPDIR");

    if (run[0] != '\0')
        return;
    (void)snprintf(run, sizeof(run), "%.32s/ispup-fuzz-XXXXXX", parent == NULL ? "/tmp" : parent);
    target_expect(mkdtemp(run) != NULL && atexit(remove_run) == 0, "there is a folder");
}

/* The end may have zeros before it. */
static struct span without_zeros(struct span text)
{
    while (text.size > 0 && text.data[0] == '0')
        text = span_from(text, 1);
    return text;
}

static void change(char *text, size_t size, struct span *rest)
{
    while (rest->size > 1) {
        size_t at = input_byte(rest) % size;

        text[at] = (char)(text[at] + (char)input_byte(rest));
    }
}

static bool is_same(const struct ticket_login *one, const struct ticket_login *other)
{
    return span_same(one->user, other->user) && span_same(one->password, other->password) &&
           strcmp(one->hash, other->hash) == 0;
}

void target_run(struct span input)
{
    const struct ticket_login right = {span_text("admin"), span_text("123456"), "$6$salt$digest",
                                       span_text("192.0.2.7")};
    char hash[512] = "", given[TICKET_TEXT_SIZE + 1], made[TICKET_TEXT_SIZE + 1];
    struct span line = input_line(&input), text;
    struct error err = ERROR_EMPTY;
    struct ticket_login login = {.hash = hash, .address = right.address};
    bool is_right;

    make_run();
    (void)!span_copy(line, hash, sizeof(hash));
    login.user = input_line(&input);
    login.password = input_line(&input);
    if (span_has(login.user, '\0') || span_has(login.password, '\0'))
        return; /* no query holds one */
    target_expect(ticket_make(run, &right, made, &err), "a right login gets a ticket");
    memcpy(given, made, sizeof(given));
    text = input;
    if (span_skip(&input, "!")) {
        change(given, strlen(made), &input);
        text = span_of(given, strlen(made));
    }
    is_right = span_same(without_zeros(text), span_text(made));
    target_expect(!ticket_is_for(run, &right, text) || is_right, "no other text is its ticket");
    target_expect(!ticket_is_for(run, &login, text) || (is_right && is_same(&login, &right)),
                  "it is for no other login");
    target_expect(ticket_is_for(run, &right, span_text(made)), "the right one stays right");
}
