import * as v from "valibot";
import { hourSeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import * as Windows from "../rate/windows.ts";
import { all, any, atMost, keyOf, lacks, present, update, when } from "../table/table.ts";
import { InvitationRequested } from "./events.ts";
import * as Invitation from "./invitation.ts";
import { requestHours } from "./limits.ts";
import * as Link from "./link.ts";
import { keysOf, open, failures as openedFailures, outcomeOf, refuse, Token } from "./opened.ts";
import type { AddressRow } from "./row.ts";

// Failures

export const failures = {
  open: failure("conflict", "invitation.still_open", "This invitation is still valid. Accept it."),
};

// Functions

/** Asks owners and admins for a new invitation, with a link that no longer works. */
export const request = fn(
  "invitation.request",
  {
    input: v.strictObject({ token: Token }),
    output: v.object({
      /** The time the request was sent to the owners and admins. */
      requestedAt: v.string(),
    }),
    failures: [...openedFailures, failures.open, Windows.failures.limited, Event.failures.repeated],
    reads: ({ token }) => keysOf(Link.read(token)),
  },
  async ({ token }, actor, rows) => {
    const opened = await open(token, rows);
    const outcome = outcomeOf(opened);
    if (outcome === "open") throw failures.open();
    // threat: a used link requests a new invitation
    if (outcome === "used" || outcome === "suspended" || outcome === "deleted" || outcome === "unknown") {
      refuse(outcome);
    }
    const requestedAt = instant();
    const before = instant(-requestHours * hourSeconds);
    const quiet = any(lacks("requestedAt"), atMost("requestedAt", before));
    const limited = (found: AddressRow | undefined) => {
      if (!found) return Invitation.failures.missing();
      const waitSeconds = Math.ceil((Date.parse(found.requestedAt ?? before) - Date.parse(before)) / 1000);
      return Windows.failures.limited({ retryAfterSeconds: waitSeconds });
    };
    const { pk: address, sk: organization } = opened.row;
    await table.write(
      // threat: owners and admins get requests without limit
      // threat: a request for an invitation brings back the row of a purged organization
      update(keyOf(opened.row), { set: { requestedAt } }, when(all(present, quiet), limited)),
      InvitationRequested.record(organization, { invitation: Invitation.idOf(address) }, actor),
      ...remember({ requestedAt }),
    );
    return { requestedAt };
  },
);
