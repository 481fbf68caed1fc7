import * as ID from "@muster/core/base/id.ts";
import { bind, type Ports } from "@muster/core/kernel/ports.ts";
import * as fc from "fast-check";
import { afterAll } from "vitest";
import { endFile } from "./file-end.ts";
import { seed } from "./random.ts";

// a test file shares its modules with earlier ones, but not what they bound, set in the environment, or started
type BillingStatus = "now" | "pause" | "plans" | "stripe";
const unbound: { [P in BillingStatus]: Ports[P] | undefined } = {
  now: undefined,
  pause: undefined,
  plans: undefined,
  stripe: undefined,
};
// nor the last of their ids, which the next ones would follow
bind({ now: () => new Date(0) });
ID.create("event");
bind(unbound);
// a report shows only the message of an error, not its cause
fc.configureGlobal({ includeErrorInReport: true, seed });
const environment = { ...process.env };

afterAll(endFile);
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
