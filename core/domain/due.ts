import * as v from "valibot";
import { isFailure } from "../base/failure.ts";
import type { System } from "../kernel/actor.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import { read } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { keyOf, type Position } from "../table/table.ts";
import { applyFinding } from "./apply-finding.ts";
import { failures } from "./failures.ts";
import { domainKeys } from "./keys.ts";
import { find } from "./record.ts";
import { release } from "./release.ts";
import { DomainRow } from "./row.ts";

/** Each waits for name servers, for seconds at most. */
const atOnce = 25;

/**
 * Checks the domains that are due, the longest overdue first, and those last whose name servers were silent. Each check
 * moves its domain to a later place in the list, so the next run continues where this one stopped.
 */
export const due = fn(
  "domain.due",
  { input: v.strictObject({}), output: v.object({ checked: v.number() }) },
  async (_, actor) => {
    let checked = 0;
    const errors: unknown[] = [];
    const later: Due[] = [];
    let start: Position | undefined;
    const checkAll = async (some: readonly Due[]) => {
      const results = await Promise.allSettled(some.map(([row, owner]) => checkOne(row, owner, actor)));
      for (const result of results) {
        // threat: one failed check ends the run
        if (result.status === "rejected") errors.push(result.reason);
        else if (result.value) checked++;
      }
    };
    // threat: the clock checks domains beyond its time
    do {
      const query = { list: domainKeys.dueDomains, to: `${instant()}~`, limit: atOnce, start };
      const { items, next } = await table.query(query);
      const found = await rowsOfEach(items, (item) => [keyOf(item), organizationKeys.organization(item.pk)]);
      later.push(...found.filter(isSilent));
      await checkAll(found.filter((one) => !isSilent(one)));
      start = next;
    } while (start && !isPastDeadline());
    do await checkAll(later.splice(0, atOnce));
    while (later.length > 0 && !isPastDeadline());
    if (errors.length > 0) throw errors[0];
    return { checked };
  },
);

type Due = [row: DomainRow | undefined, owner: OrganizationRow | undefined];

// threat: silent name servers delay the checks of all other domains
/** Returns whether its name servers did not answer the last time: it would hold up the others. */
const isSilent = ([row]: Due) => row?.finding === "unreachable";

/** A list may lag behind, so the row says whether it is due. One that was changed since needs nothing. */
async function checkOne(
  stored: DomainRow | undefined,
  owner: OrganizationRow | undefined,
  actor: System,
): Promise<boolean> {
  const row = stored && read(DomainRow, stored);
  if (!row?.checkAt || row.checkAt > instant()) return false;
  try {
    if (!owner || owner.state === "deleted") await release(row, actor);
    else await applyFinding(row, await find(row), actor);
    return true;
  } catch (error) {
    if (isFailure(error, failures.changed) || isFailure(error, failures.missing)) return false;
    throw error;
  }
}
