import * as v from "valibot";
import * as Account from "../account/account.ts";
import { Email } from "../account/shape.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { remove } from "../table/table.ts";

const Input = v.strictObject({ email: Email });

/**
 * Lets mail to an address through again, also after a complaint: an operator knows that its owner wants it. `was` says
 * since when it was blocked, and why; nothing, when it was not.
 */
export const removeSuppression = fn(
  "mail.removeSuppression",
  {
    input: Input,
    output: v.object({ was: v.object({ bounced: v.optional(v.string()), complained: v.optional(v.string()) }) }),
    reads: ({ email }) => [Keys.suppression(Account.addressOf(email))],
  },
  async ({ email }, _, [block]) => {
    if (!block) return { was: {} };
    await table.write(remove(Keys.suppression(Account.addressOf(email))));
    const { bounced, complained } = block;
    return { was: { ...(bounced && { bounced }), ...(complained && { complained }) } };
  },
);
