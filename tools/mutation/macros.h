/* What spatch has to read past: it takes words that it does not know for types. */
#define VISIBLE_IF_KUNIT
