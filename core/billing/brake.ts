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

const longestName = 100;

// Shapes

/** The report of the sweep that stopped last, and since when. */
export const Info = v.object({ report: ID.schema("report"), at: v.string() });

// Failures

export const failures = {
  renewed: failure("conflict", "billing.brake_renewed", "Another sweep has stopped meanwhile: see its report first."),
};

// Functions

/** Lets sweeps go on. Who it was stands among the reports. Repeated it changes nothing. */
export const release = fn(
  "billing.release",
  {
    input: v.strictObject({ by: plainLine("name", longestName) }),
    output: v.object({ released: v.boolean() }),
    failures: [failures.renewed, reportFailures.repeated],
    reads: () => [Keys.brake()],
  },
  async ({ by }, _, [brake]) => {
    if (!brake) return { released: false };
    await table.write(
      remove(Keys.brake(), when(equal("report", brake.report), failures.renewed)),
      list(ID.create("report"), { kind: "release", braked: false, counts: {}, by }),
    );
    return { released: true };
  },
);
