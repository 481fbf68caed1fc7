import * as v from "valibot";
import * as Account from "../account/account.ts";
import { Email } from "../account/shape.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { remove } from "../table/table.ts";
import { mailKeys } from "./keys.ts";

const Input = v.strictObject({ email: Email });

/**
 * Removes a suppression, even after a complaint: an operator knows that the person wants email. `was` says since when
 * it existed, and why; nothing if there was none.
 */
export const removeSuppression = fn(
  "mail.removeSuppression",
  {
    input: Input,
    output: v.object({ was: v.object({ bounced: v.optional(v.string()), complained: v.optional(v.string()) }) }),
    reads: ({ email }) => [mailKeys.suppression(Account.addressOf(email))],
  },
  async ({ email }, _, [block]) => {
    if (!block) return { was: {} };
    await table.write(remove(mailKeys.suppression(Account.addressOf(email))));
    const { bounced, complained } = block;
    return { was: { ...(bounced && { bounced }), ...(complained && { complained }) } };
  },
);
