/* Which message goes to which receive: the books that the check of lab 16 keeps
 * beside the MPI library's own. */
#include "../../16-beyond-one-machine/matching.h"

#include "checking.h"

static int offer(struct matching *matching, int from, int to, int tag)
{
    return matching_post(
        matching, &(struct post){
                      .is_send = true, .owner = from, .peer = to, .tag = tag });
}

static int await(struct matching *matching, int at, int from, int tag)
{
    return matching_post(
        matching, &(struct post){ .owner = at, .peer = from, .tag = tag });
}

static void either_half_may_come_first(void **state)
{
    struct matching matching = { 0 };
    (void)state;
    const int a = offer(&matching, 0, 1, 5);
    assert_false(matching_has_partner(&matching, a));
    const int b = await(&matching, 1, 0, 5);
    assert_true(matching_has_partner(&matching, a));
    assert_true(matching_has_partner(&matching, b));
    const int c = await(&matching, 0, 1, ANY);
    assert_false(matching_has_partner(&matching, c));
    offer(&matching, 1, 0, 7);
    assert_true(matching_has_partner(&matching, c));
}

static void all_of_the_address_has_to_fit(void **state)
{
    struct matching matching = { 0 };
    (void)state;
    const int a = offer(&matching, 0, 1, 5);
    await(&matching, 1, 0, 6); /* another tag */
    await(&matching, 2, 0, 5); /* another receiver */
    await(&matching, 1, 2, 5); /* another sender */
    offer(&matching, 1, 0, 5); /* no receive at all */
    matching_post(&matching, &(struct post){ .owner = 1, .tag = 5, .comm = 1 });
    assert_false(matching_has_partner(&matching, a));
}

static void one_message_is_for_one_receive(void **state)
{
    struct matching matching = { 0 };
    (void)state;
    const int first = await(&matching, 1, ANY, ANY);
    const int second = await(&matching, 1, ANY, ANY);
    offer(&matching, 0, 1, 5);
    assert_true(matching_has_partner(&matching, first));
    assert_false(matching_has_partner(&matching, second));
    matching_received(&matching, first, 0, 5);
    assert_int_equal(matching_unreceived(&matching, 0, 1), NONE);
    offer(&matching, 0, 1, 5);
    assert_true(matching_has_partner(&matching, second));
}

/* Whoever receives from anybody may get what was thought to be another's. */
static void books_follow_the_library(void **state)
{
    struct matching matching = { 0 };
    (void)state;
    const int a = offer(&matching, 0, 2, 5);
    const int b = offer(&matching, 1, 2, 5);
    const int any = await(&matching, 2, ANY, 5);
    const int from_1 = await(&matching, 2, 1, 5);
    assert_true(matching_has_partner(&matching, from_1));
    matching_received(&matching, any, 1, 5); /* b, not a */
    assert_true(matching_has_partner(&matching, b));
    assert_false(matching_has_partner(&matching, a));
    assert_false(matching_has_partner(&matching, from_1));
    assert_int_equal(matching_unreceived(&matching, 0, 2), a);
    const int from_0 = await(&matching, 2, 0, 5);
    assert_true(matching_has_partner(&matching, from_0));
    assert_true(matching_has_partner(&matching, a));
}

static void full_books_say_so(void **state)
{
    struct matching matching = { 0 };
    (void)state;
    for (int i = 0; i < POSTS_MOST; i++)
        assert_int_equal(offer(&matching, 0, 1, i), i);
    assert_false(matching.is_full);
    assert_int_equal(offer(&matching, 0, 1, 0), NONE);
    assert_true(matching.is_full);
    assert_true(matching_has_partner(&matching, NONE));
    matching_received(&matching, NONE, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(either_half_may_come_first),
        cmocka_unit_test(all_of_the_address_has_to_fit),
        cmocka_unit_test(one_message_is_for_one_receive),
        cmocka_unit_test(books_follow_the_library),
        cmocka_unit_test(full_books_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
