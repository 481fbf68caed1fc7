import { kernelKeys } from "../kernel/keys.ts";
import { table } from "../kernel/ports.ts";
import { read } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import { membersBy } from "./arrivals.ts";
import { auditKeys } from "./keys.ts";
import { StatsRow } from "./row.ts";

/** Each attempt takes two trips, and fails only if somebody changes something in between. */
const maxAttempts = 4;
/** Events in the outbox that are counted one by one. There are more only while the stream is behind. */
const maxWaiting = 50;

/**
 * Counts the members of an organization: those in its log, and those in events that are not in the log yet. An event
 * moves to the log and into its numbers in one write, so the sum is exact if neither the log nor the seats changed
 * while it was read. `organizationRow` was read a moment ago.
 * @returns the organization's row of the same moment, and no number if too many events wait or too much changes
 */
export async function countMembers(
  organizationRow: OrganizationRow,
): Promise<{ organizationRow: OrganizationRow | undefined; members?: number }> {
  const keys = [organizationKeys.organization(organizationRow.pk), auditKeys.stats(organizationRow.pk)] as const;
  let before: { organizationRow: OrganizationRow | undefined; seq?: number } = { organizationRow };
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const waiting = await table.query({
      ...kernelKeys.outbox(organizationRow.pk),
      limit: maxWaiting,
      consistent: true,
    });
    // threat: members are counted without all that waits for the log
    if (waiting.next) break;
    const [now, stats] = await table.getMany(keys);
    const { seq = 0, active } = stats ? (read(StatsRow, stats) ?? {}) : { active: 0 };
    if (active === undefined) break;
    const changes = waiting.items.map(({ type }) => membersBy(type)).filter((by) => by !== 0);
    // threat: an event that reaches the log while members are counted is counted twice, or not at all
    const isLogSame = changes.length === 0 || before.seq === seq;
    // threat: members of one moment are shown beside the seats of another
    if (isLogSame && isSame(before.organizationRow, now)) {
      // threat: members who have just come or gone are counted wrong while the log is behind
      return { organizationRow: now, members: changes.reduce((sum, by) => sum + by, active) };
    }
    before = { organizationRow: now, seq };
  }
  return { organizationRow: before.organizationRow };
}

/** An accepted invitation of an owner changes no seat, but the number of owners. */
const isSame = (one: OrganizationRow | undefined, other: OrganizationRow | undefined) =>
  // threat: a new owner is not counted as a member yet, and the seats are not split
  one?.owners === other?.owners && committedOf(one) === committedOf(other);
const committedOf = (organizationRow: OrganizationRow | undefined) =>
  organizationRow && Seat.count(organizationRow).committed;
