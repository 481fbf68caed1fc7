import { hourSeconds } from "../base/duration.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant } from "../kernel/ports.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { applyFinding } from "./apply-finding.ts";
import { describe, existing, Info, One } from "./describe.ts";
import { failures } from "./failures.ts";
import { domainKeys } from "./keys.ts";
import { waitingHours } from "./limits.ts";
import { find } from "./record.ts";

/** Checks the DNS record of a domain now. If it is there and no other organization came first, the domain is verified. */
export const check = fn(
  "domain.check",
  {
    input: One,
    output: Info,
    failures: [failures.missing, failures.changed, Windows.failures.limited, Event.failures.repeated],
    reads: ({ domain }, { organization }) => [domainKeys.domain(organization, domain)],
  },
  async ({ domain }, actor, [stored]) => {
    const { organization } = actor;
    const row = existing(stored);
    // threat: checks of domains without limit
    await Windows.take(Limits.checksPerDomain, `${organization} ${domain}`);
    await Windows.take(Limits.domainChecks, organization);
    const finding = await find(row);
    const waitsUntil = instant(waitingHours * hourSeconds);
    return describe(await applyFinding({ ...row, waitsUntil }, finding, actor));
  },
);
