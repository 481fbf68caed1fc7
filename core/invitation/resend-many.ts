import * as v from "valibot";
import { Cursor, failures as cursorFailures, pageOf } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { organizationKeys } from "../organization/keys.ts";
import { pageSize } from "./limits.ts";
import { readerOf, scopeOf } from "./list.ts";
import { Resent, refusals, resendAll } from "./resending.ts";
import { resendable } from "./shape.ts";
import { originOf } from "./steps.ts";

/** Sends new links to pending invitations whose email failed or is not confirmed, some at a time. */
export const resendMany = fn(
  "invitation.resendMany",
  {
    input: v.strictObject({
      /** The status of the emails: those that were not sent, or of which it is unknown whether they were. */
      mail: v.picklist(resendable),
      cursor: v.optional(Cursor),
    }),
    output: Resent,
    failures: [cursorFailures.invalid, ...refusals],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async ({ mail, cursor }, actor, [organizationRow]) => {
    const { organization } = actor;
    const read = readerOf(organization, { organizationRow, state: "pending", mail, limit: pageSize });
    const { items, next } = await pageOf(
      scopeOf("invitation.resendMany", { organization, state: "pending", mail }),
      cursor,
      read,
    );
    const answer = await resendAll(actor, [{ addresses: items.map(({ pk }) => pk), mail, originOf }]);
    return { ...answer, ...(next && { next }) };
  },
);
