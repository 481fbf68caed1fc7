import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { plainLine } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { equal, remove, when } from "../table/table.ts";
import { billingKeys } from "./keys.ts";
import { list, failures as reportFailures } from "./report.ts";

// If a sweep stops because too much differs, the breaker stops all sweeps until an operator has found the cause. A
// single organization is still reconciled: by its webhooks, by its own pages, by the operator.

const maxName = 100;

// Shapes

/** The report of the sweep that tripped it, and since when, as far as this release can read it. */
export const Info = v.object({ report: v.optional(ID.schema("report")), at: v.optional(v.string()) });

// Failures

export const failures = {
  renewed: failure(
    "conflict",
    "billing.breaker_tripped",
    "Another sweep tripped the circuit breaker. Read its report first.",
  ),
};

// Functions

/** Resets the breaker. Reports include who did it. Can be repeated. */
export const resetBreaker = fn(
  "billing.resetBreaker",
  {
    input: v.strictObject({ by: plainLine("name", maxName) }),
    output: v.object({ released: v.boolean() }),
    failures: [failures.renewed, reportFailures.repeated],
    reads: () => [billingKeys.breaker()],
  },
  async ({ by }, _, [breaker]) => {
    if (!breaker) return { released: false };
    await table.write(
      // threat: sweeps continue although nobody reset the circuit breaker
      remove(billingKeys.breaker(), when(equal("report", breaker.report), failures.renewed)),
      // threat: nobody knows who reset the circuit breaker
      list(ID.create("report"), { kind: "reset", tripped: false, counts: {}, by }),
    );
    return { released: true };
  },
);
