import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, instant, table } from "../kernel/ports.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { Ranks } from "../table/ranks.ts";
import { type Put, put } from "../table/table.ts";
import { purgeKeys } from "./keys.ts";
import { reportDays } from "./limits.ts";
import { type Kind, kinds, PurgedRow } from "./row.ts";

const maxListed = 100;

// Shapes

/** The number of objects and rows of each kind that were deleted. */
export const Counts = v.object(
  Object.fromEntries(kinds.map((kind) => [kind, v.optional(v.number())])) as Record<
    Kind,
    v.OptionalSchema<v.NumberSchema<undefined>, undefined>
  >,
);

/** The record of a purged organization. */
export const Report = v.object({
  organization: ID.schema("organization"),
  deletedAt: v.string(),
  begunAt: v.string(),
  purgedAt: v.string(),
  counts: Counts,
});
export type Report = v.InferOutput<typeof Report>;

// Functions

/** Lists the reports of purges, the newest 100 first, or that of one organization. */
export const list = fn(
  "purge.list",
  {
    input: v.strictObject({ organization: v.optional(ID.schema("organization")) }),
    output: v.object({ items: v.array(Report) }),
  },
  async ({ organization }) => {
    const list = { list: purgeKeys.purgedOrganizations, limit: maxListed, newestFirst: true };
    const ids = organization ? [organization] : (await table.query(list)).items.map(({ pk }) => pk);
    const rows = (await table.getMany(ids.map(purgeKeys.purged))).filter((row) => row !== undefined);
    return { items: readAll(PurgedRow, rows).map(describe) };
  },
);

// Steps for other writes

function describe({ pk: organization, deletedAt, begunAt, purgedAt, counts }: Read<typeof PurgedRow>): Report {
  return { organization, deletedAt, begunAt, purgedAt, counts };
}

/** Returns the step that writes the report. */
export function reporting(
  organizationRow: OrganizationRow,
  { begunAt, counts }: Pick<Report, "begunAt" | "counts">,
): Put {
  const organization = organizationRow.pk;
  const purgedAt = instant();
  return put(purgeKeys.purged(organization), {
    deletedAt: organizationRow.deletedAt ?? begunAt,
    begunAt,
    purgedAt,
    counts,
    ttl: epoch(reportDays * daySeconds),
    list: purgeKeys.purgedOrganizations,
    rank: Ranks.organization(purgedAt, organization),
  });
}
