import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { plainLine } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { equal, remove, when } from "../table/table.ts";
import { list, failures as reportFailures } from "./report.ts";

// Where a sweep stops because too much differs, all of them are held until an operator has seen why. One organization is
// settled all the same: by its webhooks, by its own pages, by the operator.

const maxName = 100;

// Shapes

/** The report of the sweep that stopped last, and since when. */
export const Info = v.object({ report: ID.schema("report"), at: v.string() });

// Failures

export const failures = {
  renewed: failure(
    "conflict",
    "billing.breaker_tripped",
    "Another sweep tripped the circuit breaker. Read its report first.",
  ),
};

// Functions

/** Lets sweeps go on. Who it was stands among the reports. Repeated it changes nothing. */
export const resetBreaker = fn(
  "billing.resetBreaker",
  {
    input: v.strictObject({ by: plainLine("name", maxName) }),
    output: v.object({ released: v.boolean() }),
    failures: [failures.renewed, reportFailures.repeated],
    reads: () => [Keys.breaker()],
  },
  async ({ by }, _, [breaker]) => {
    if (!breaker) return { released: false };
    await table.write(
      remove(Keys.breaker(), when(equal("report", breaker.report), failures.renewed)),
      list(ID.create("report"), { kind: "reset", tripped: false, counts: {}, by }),
    );
    return { released: true };
  },
);
