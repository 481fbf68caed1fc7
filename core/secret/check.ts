import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { equal, update, when } from "../table/table.ts";
import { describe, existing, Info, One } from "./describe.ts";
import { failures } from "./failures.ts";
import { secretKeys } from "./keys.ts";
import { namesFor } from "./names.ts";

// Asking for a check and running it are apart: the API cannot open a key, and the function that can has no other work.

/** A check that nobody has answered for so long may be asked for again. */
const patienceSeconds = 30;

// Shapes

/** A check that waits, as a queue message. */
export const Job = v.strictObject({
  job: v.literal("check"),
  organization: ID.schema("organization"),
  secret: ID.schema("secret"),
  version: v.number(),
  requestedAt: v.string(),
});
export type Job = v.InferOutput<typeof Job>;

// Functions

/** Asks for one harmless request to the provider with this key. `check` of the key then shows what came of it. */
export const check = fn(
  "secret.check",
  {
    input: One,
    output: Info,
    failures: [failures.missing, failures.changed, Windows.failures.limited],
    reads: ({ secret }, { organization }) => [secretKeys.secret(organization, secret)],
  },
  async ({ secret }, { organization, account: requestedBy }, [row]) => {
    const before = existing(row);
    const names = await namesFor(organization, [before]);
    const { version, check: last } = before;
    if (last?.status === "pending" && last.version === version && last.requestedAt > instant(-patienceSeconds)) {
      return describe(before, names);
    }
    // threat: a check is asked for as often as somebody likes
    await Windows.take(Limits.checksPerSecret, secret);
    // threat: an organization has as many checks as it likes
    await Windows.take(Limits.secretChecks, organization);
    const asked = { version, status: "pending" as const, requestedAt: instant(), requestedBy };
    const unchanged = when(equal("version", version), (found: object | undefined) =>
      found ? failures.changed() : failures.missing(),
    );
    await table.write(update(secretKeys.secret(organization, secret), { set: { check: asked } }, unchanged));
    const job: Job = { job: "check", organization, secret, version, requestedAt: asked.requestedAt };
    await queues.send("checks", [job]);
    return describe({ ...before, check: asked }, names);
  },
);
