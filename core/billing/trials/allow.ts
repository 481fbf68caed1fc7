import * as v from "valibot";
import { Email } from "../../account/shape.ts";
import * as ID from "../../base/id.ts";
import { fn } from "../../kernel/fn.ts";
import { table } from "../../kernel/ports.ts";
import { equal, remove, when } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import { failures } from "../row.ts";

/** Gives a person another trial. `was` says when and where they used the last one; nothing if they have not. */
export const allowTrial = fn(
  "billing.allowTrial",
  {
    input: v.strictObject({ email: Email }),
    output: v.object({ was: v.optional(v.object({ organization: ID.schema("organization"), at: v.string() })) }),
    failures: [failures.moved],
    reads: ({ email }) => [billingKeys.trial(ID.derive("address", email))],
  },
  async ({ email }, _, [row]) => {
    // threat: an operator gives away a trial that a checkout holds
    if (row?.usedAt === undefined) return {};
    await table.write(
      remove(billingKeys.trial(ID.derive("address", email)), when(equal("usedAt", row.usedAt), failures.moved)),
    );
    return { was: { organization: row.organization, at: row.usedAt } };
  },
);
