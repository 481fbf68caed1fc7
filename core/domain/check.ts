import { hourSeconds, minuteSeconds } from "../base/duration.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";
import { applyFinding } from "./apply-finding.ts";
import { describe, existing, Info, One } from "./describe.ts";
import { failures } from "./failures.ts";
import { domainKeys } from "./keys.ts";
import { checksPerDomain10Minutes, checksPerOrganizationHour, waitingHours } from "./limits.ts";
import { find } from "./record.ts";

/** Checks the DNS record of a domain now. If it is there and no other organization came first, the domain is verified. */
export const check = fn(
  "domain.check",
  {
    input: One,
    output: Info,
    failures: [failures.missing, failures.changed, Limit.failures.limited, Event.failures.repeated],
    reads: ({ domain }, { organization }) => [domainKeys.domain(organization, domain)],
  },
  async ({ domain }, actor, [stored]) => {
    const { organization } = actor;
    const row = existing(stored);
    const perDomain = { quota: checksPerDomain10Minutes, windowSeconds: 10 * minuteSeconds };
    // threat: checks of domains without limit
    await Limit.take("domain.check", `${organization} ${domain}`, perDomain);
    await Limit.take("domain.checks", organization, { quota: checksPerOrganizationHour, windowSeconds: hourSeconds });
    const finding = await find(row);
    const waitsUntil = instant(waitingHours * hourSeconds);
    return describe(await applyFinding({ ...row, waitsUntil }, finding, actor));
  },
);
