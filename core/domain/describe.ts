import * as v from "valibot";
import { dayMs, hourMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { type Read, readOnly } from "../kernel/stored.ts";
import { equal, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { maxDomainsPerOrganization, unreachableHours, warningDays } from "./limits.ts";
import { nameOf, valueOf } from "./record.ts";
import { DomainRow } from "./row.ts";
import { findingNames, findings, joinModes, joinRoles, states } from "./shape.ts";

// Shapes

export const One = v.strictObject({ domain: ID.schema("domain") });

/** The way people with an address of a verified domain become members. */
export const Join = v.object({
  /**
   * `off`: only by invitation. `suggest`: they see the organization and can join it. `automatic`: they also join when
   * they sign in.
   */
  mode: v.picklist(joinModes),
  /** The role with which they join. */
  role: v.picklist(joinRoles),
});

/** A domain of email addresses, and whether the organization has shown that it is its own. */
export const Info = v.object({
  id: ID.schema("domain"),
  /** The domain, such as `acme.com`: in lowercase, international names as punycode. */
  name: v.string(),
  /** `verified` while the record is there, and for some days after it is lost; otherwise `waiting`. */
  state: v.picklist(states),
  /** The DNS record that verifies the domain. */
  record: v.object({
    /** The name of the record. No other name counts. */
    name: v.string(),
    /** The type of the record. */
    type: v.literal("TXT"),
    /** Its value, of this organization and this domain alone. */
    value: v.string(),
  }),
  /** The last check of the record. */
  check: v.optional(
    v.object({
      /** The finding of the check. */
      finding: shown(findingNames),
      /** The same as a sentence. */
      message: v.string(),
      /** The time it ended. */
      checkedAt: v.string(),
    }),
  ),
  /** The time of the next check without a request. Missing if nobody has checked a waiting domain for days. */
  checkAt: v.optional(v.string()),
  /** The time it was verified. */
  verifiedAt: v.optional(v.string()),
  /** The time since which the record of a verified domain is lost. Nobody joins by the domain until it is back. */
  lostAt: v.optional(v.string()),
  /**
   * The time since which the name servers of a verified domain give no usable answer. After a day, nobody joins by it.
   */
  unreachableAt: v.optional(v.string()),
  /** True if nobody joins by the domain for now: its record is lost, or its name servers have been silent for a day. */
  isJoinPaused: v.boolean(),
  /** The time the domain stops being verified if its record stays lost. */
  verifiedUntil: v.optional(v.string()),
  join: Join,
  /** The time it was added. */
  addedAt: v.string(),
  /** The account that added it. */
  addedBy: v.string(),
  /** Grows with every change and every check. Send it with a change to detect conflicts. */
  revision: Integer,
});
export type Info = v.InferOutput<typeof Info>;

/** Every domain of an organization. */
export const Domains = v.object({
  /** The domains; there is no second page. */
  items: v.pipe(v.array(Info), v.maxLength(maxDomainsPerOrganization)),
});

// Functions

/** Returns the row, or fails. @throws domain.missing, row.unreadable */
export function existing(row: DomainRow | undefined): Read<typeof DomainRow> {
  if (!row) throw failures.missing();
  return readOnly(DomainRow, row);
}

/** Returns a domain as it is answered. */
export function describe(row: Read<typeof DomainRow>): Info {
  const { sk: id, name, state, token, mode, role, verifiedAt, lostAt, finding, checkedAt, checkAt } = row;
  const { unreachableSince: unreachableAt } = row;
  const { addedAt, addedBy, revision } = row;
  const check = finding && checkedAt ? { finding, message: messageOf(finding), checkedAt } : undefined;
  const isVerified = state === "verified";
  const optional = withoutUndefined({
    check,
    checkAt,
    verifiedAt: isVerified ? verifiedAt : undefined,
    lostAt: isVerified ? lostAt : undefined,
    unreachableAt: isVerified ? unreachableAt : undefined,
    verifiedUntil: isVerified && lostAt ? endOf(lostAt) : undefined,
  });
  const record = { name: nameOf(name), type: "TXT" as const, value: valueOf(token) };
  const isSilent = unreachableAt !== undefined && checkedAt !== undefined && isSilentAt(checkedAt, unreachableAt);
  const isJoinPaused = isVerified && (lostAt !== undefined || isSilent);
  return { id, name, state, record, ...optional, isJoinPaused, join: { mode, role }, addedAt, addedBy, revision };
}

/** Returns whether a check found that the name servers have been silent for so long that nobody joins anymore. */
export const isSilentAt = (checkedAt: string, unreachableSince: string): boolean =>
  Date.parse(checkedAt) - Date.parse(unreachableSince) >= unreachableHours * hourMs;

const messageOf = (finding: string) => (findings as Record<string, string>)[finding] ?? "A newer release checked it.";

/** Returns when a domain stops being verified whose record has been lost since then. */
export const endOf = (lostAt: string): string => new Date(Date.parse(lostAt) + warningDays * dayMs).toISOString();

/** Holds while nobody has changed or checked the domain since it was read. */
export const asRead = ({ revision }: Pick<DomainRow, "revision">) =>
  when(equal("revision", revision), (found: DomainRow | undefined) =>
    found ? failures.changed() : failures.missing(),
  );
