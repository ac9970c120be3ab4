/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a file of accounts. */
#include "target.h"

#include "base/memory.h"
#include "camera/account.h"
#include "input.h"
#include "packing.h"

/* The file's own bytes: an account can be written in one way only. */
static void expect_same_text(struct span text, const struct account_list *list)
{
    CLEANUP(packing_free) struct packing again = {NULL, 0};

    for (size_t i = 0; i < list->count; i++) {
        const struct account *account = &list->accounts[i];

        target_expect(account_is_name(span_text(account->name)), "an account has a name");
        target_expect(account_find(list, span_text(account->name)) == account,
                      "an account is found by its name");
        packing_add_text(&again, account->name);
        packing_add_text(&again, account->level == ACCOUNT_ROOT ? ":root:" : ":user:");
        packing_add_text(&again, account->hash);
        packing_add_text(&again, "\n");
    }
    target_expect(span_same(text, packing_span(&again)), "a file can be read in one way only");
}

void target_run(struct span input)
{
    CLEANUP(input_file_close) struct input_file file;
    CLEANUP(memory_free) void *memory = NULL;
    struct error err = ERROR_EMPTY;
    struct account_list *list;

    input_file_make(&file, input);
    target_expect(memory_allocate(&memory, sizeof(*list), &err), "there is memory");
    list = memory;
    if (account_read(file.path, false, list, &err)) {
        expect_same_text(input, list);
        return;
    }
    target_expect_reason(&err);
    target_expect(list->count == 0, "a file that is refused lets nobody in");
}
