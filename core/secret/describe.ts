import * as v from "valibot";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer, SeenRevision } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { type Read, readOnly } from "../kernel/stored.ts";
import { equal, when } from "../table/table.ts";
import { named, Named as TeamNamed } from "../team/names.ts";
import { failures } from "./failures.ts";
import {
  checkReasons,
  checkStatuses,
  kindNames,
  type RotationReason,
  rotationReasonNames,
  statuses,
  warnings,
} from "./kind/shape.ts";
import { departuresOf, type Names } from "./names.ts";
import { SecretRow } from "./row.ts";

// Shapes

export const One = v.strictObject({ secret: ID.schema("secret") });
/** The revision that was read. If the API key was changed since then, the request fails with 409. */
export const Revision = v.pipe(SeenRevision);

/** A stored API key of a provider. The key itself is never shown. */
export const Info = v.object({
  id: ID.schema("secret"),
  /** The provider and the kind of key. */
  kind: shown(kindNames),
  /** The name that an admin gave it. */
  name: v.string(),
  /** The fields that are not secret, by their names. */
  details: v.record(v.string(), v.string()),
  /** The last four characters of the key, or of the id that belongs to it. */
  last4: v.string(),
  /** The same for the same key in the same organization, until the operator rotates the pepper. */
  fingerprint: v.string(),
  /** The status that says if it may be used. */
  status: v.picklist(statuses),
  /** The teams whose members may use it. Missing if every member may; empty if nobody may, because they were deleted. */
  teams: v.optional(v.array(TeamNamed)),
  /** A sentence about something unusual in the key. */
  warning: v.optional(v.string()),
  /** Grows with each replacement. */
  version: Integer,
  /** The time this version was stored. */
  storedAt: v.string(),
  /** The version before, which is kept sealed until the next replacement. */
  previous: v.optional(
    v.object({
      /** Its number. */
      version: Integer,
      /** The last four characters of the key before. */
      last4: v.string(),
      /** The fingerprint of the key before. */
      fingerprint: v.string(),
      /** The time it was stored. */
      storedAt: v.string(),
    }),
  ),
  /** The last check of this version with its provider. */
  check: v.optional(
    v.object({
      /**
       * The provider's answer about the key; `pending` until it has been asked, `damaged` if the key cannot be opened.
       */
      status: shown(checkStatuses),
      /** The reason that there is no clear answer. */
      reason: v.optional(v.string()),
      /** The time it was asked for. */
      requestedAt: v.string(),
      /** The account that asked for it. */
      requestedBy: v.string(),
      /** The time there was a result. */
      checkedAt: v.optional(v.string()),
    }),
  ),
  /** The time a device last got it, to the hour. Missing if none did. */
  fetchedAt: v.optional(v.string()),
  /** The reasons to replace it, each with its time. Missing if nothing is known. */
  rotation: v.optional(
    v.array(
      v.object({
        /**
         * The provider refuses it, the member who entered it is no longer one, ended devices have it, or its provider lets
         * it end.
         */
        reason: v.picklist(rotationReasonNames),
        /** The time this was found. */
        since: v.string(),
      }),
    ),
  ),
  /** The first departures whose devices have this version. Missing if there are none. */
  exposedBy: v.optional(
    v.array(
      v.object({
        departure: ID.schema("departure"),
        /** The member whose devices have it. */
        account: ID.schema("account"),
        /** Their name, as long as the organization remembers it. */
        name: v.optional(v.string()),
        /** The time the devices ended. */
        at: v.string(),
      }),
    ),
  ),
  /** The time it was added. */
  addedAt: v.string(),
  /** The account that added it. */
  addedBy: v.string(),
  /** The time it was last changed. */
  changedAt: v.string(),
  /** The account that changed it last. */
  changedBy: v.string(),
  /** Grows with every change. Send it with a change to detect conflicts. */
  revision: Integer,
});
export type Info = v.InferOutput<typeof Info>;

// Functions

/** Returns the row, or fails. @throws secret.missing, row.unreadable */
export function existing(row: SecretRow | undefined): Read<typeof SecretRow> {
  if (!row) throw failures.missing();
  return readOnly(SecretRow, row);
}

/** Returns what of a secret is shown. What is sealed is never among it. */
export function describe(row: Read<typeof SecretRow>, names: Names): Info {
  const { sk: id, kind, name, details, last4, fingerprint, status, version, storedAt, revision, ...rest } = row;
  const { addedAt, addedBy, changedAt, changedBy } = rest;
  const optional = withoutUndefined({
    teams: rest.teams && named(rest, names.teams),
    warning: (warnings as Record<string, string>)[rest.warning ?? ""],
    previous: rest.previous && before(rest.previous),
    // threat: the check of an old key is shown for the new one
    check: rest.check?.version === version ? checked(rest.check) : undefined,
    fetchedAt: rest.fetchedAt,
    rotation: rotationOf(row),
    exposedBy: exposedBy(row, names),
  });
  const own = { id, kind, name, details, last4, fingerprint, status, version, storedAt, ...optional };
  return { ...own, addedAt, addedBy, changedAt, changedBy, revision };
}

type Previous = NonNullable<SecretRow["previous"]>;
const before = ({ version, last4, fingerprint, storedAt }: Previous) => ({ version, last4, fingerprint, storedAt });

function exposedBy(row: Read<typeof SecretRow>, { departures }: Names): Info["exposedBy"] {
  const found = departuresOf(row).flatMap((id) => departures.get(id) ?? []);
  return found.length > 0 ? found : undefined;
}

function rotationOf(row: Read<typeof SecretRow>): Info["rotation"] {
  const { version, check, departedAt, exposedVersion, exposedAt, warning, storedAt } = row;
  const isRefused = check?.version === version && check.status === "refused";
  const since: { [R in RotationReason]: string | undefined } = {
    refused: isRefused ? (check.checkedAt ?? check.requestedAt) : undefined,
    // threat: a list of API keys does not say which of them left
    exposed: exposedVersion === version ? exposedAt : undefined,
    departed: departedAt,
    temporary: warning === "temporary" ? storedAt : undefined,
  };
  const found = rotationReasonNames.flatMap((reason) => (since[reason] ? [{ reason, since: since[reason] }] : []));
  return found.length > 0 ? found : undefined;
}

function checked({
  status,
  reason = "",
  requestedAt,
  requestedBy,
  checkedAt,
}: NonNullable<Read<typeof SecretRow>["check"]>) {
  const sentence = (checkReasons as Record<string, string>)[reason];
  return withoutUndefined({ status, reason: sentence, requestedAt, requestedBy, checkedAt }) as NonNullable<
    Info["check"]
  >;
}

/** Holds while nobody has changed the secret since it was read, so its data keys are those that it had. */
export const asRead = ({ revision }: Pick<SecretRow, "revision">) =>
  when(equal("revision", revision), (found: SecretRow | undefined) =>
    found ? failures.changed() : failures.missing(),
  );
