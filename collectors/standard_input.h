/* Standard input as an input that can be looked at before it is read.
 *
 * A pipe is read once, but recognition looks first and collection reads again. An exchange stream
 * (NDJSON) is recognised from its head and then goes on from there, in a fixed amount of memory.
 * Everything else needs its whole text (a state's version may stand behind its resources), so it is
 * kept in memory up to a limit; nothing is spooled to disk, where secrets could be left behind.
 */
#ifndef IX_COLLECTORS_STANDARD_INPUT_H
#define IX_COLLECTORS_STANDARD_INPUT_H

#include "collectors/collector.h"

enum { IX_STANDARD_INPUT_MAX = 1 << 30 }; /* bytes kept; larger: name a file instead */

struct ix_standard_input;

/* `fd` stays the caller's. */
IX_MUST_CHECK enum ix_code ix_standard_input_new(int fd, struct ix_standard_input **ret_input,
                                                 struct ix_err *err);
void ix_standard_input_free(struct ix_standard_input *standard_input); /* takes NULL */

/* Makes `input` read from here. Until ix_standard_input_resume, an exchange stream shows its head
 * alone; everything else shows its whole text at every open. */
void ix_standard_input_attach(struct ix_standard_input *standard_input, struct ix_input *input);

/* Recognition is over: the next open of an exchange stream reads from its beginning to its end,
 * once. Takes NULL. */
void ix_standard_input_resume(struct ix_standard_input *standard_input);

#endif
