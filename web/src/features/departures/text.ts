import type { Departure, DepartureSummary } from "#lib/departures.ts";
import { plural } from "#lib/format.ts";
import type { Tone } from "#ui/badge.tsx";

/** Returns the name of the member; an account that was deleted has none. */
export const nameOf = ({ name }: Pick<DepartureSummary, "name">) => name ?? "A former member";
/** The same within a sentence. */
export const innerNameOf = ({ name }: Pick<DepartureSummary, "name">) => name ?? "a former member";

export const titleOf = (departure: Pick<DepartureSummary, "name" | "reason">) =>
  `${isAlone(departure) ? "Revoked device" : "Departure"} of ${innerNameOf(departure)}`;

/** Only a device has ended, and its user may still be a member. */
const isAlone = ({ reason }: Pick<DepartureSummary, "reason">) => reason === "revoked" || reason === "token_reused";

/** The words for a reason, after the name. */
export const reasonText: Record<DepartureSummary["reason"], string> = {
  removed: "was removed",
  left: "left",
  revoked: "has a revoked device",
  token_reused: "has a device whose old token was used again",
};

/** Says how many API keys are left to replace, for a list. */
export function openText({ secrets, open }: Pick<DepartureSummary, "secrets" | "open">): { tone: Tone; label: string } {
  if (open > 0) {
    return { tone: "warning", label: `${plural(open, "API key")} to replace` };
  }
  return secrets === 0 ? { tone: "neutral", label: "No API key left" } : { tone: "success", label: "All replaced" };
}

/** The state of an API key since it left. */
export const stateText: Record<Departure["secrets"][number]["state"], { tone: Tone; label: string }> = {
  same: { tone: "warning", label: "To replace" },
  replaced: { tone: "success", label: "Replaced" },
  deleted: { tone: "neutral", label: "Deleted" },
};

/** A moment of a departure; one without a time has not come yet. */
export type Moment = { id: string; at?: string; sentence: string; note?: string };

/** Returns what happened, in order, and then what is not confirmed. */
export function momentsOf(departure: Departure, by: string | undefined): Moment[] {
  const { reason, at, devices, secrets } = departure;
  const name = nameOf(departure);
  const isOwn = by !== undefined && departure.by === departure.account;
  const own = devices.filter((device) => device.endedAt === at);
  const first: Moment = {
    id: "ended",
    at,
    sentence: isAlone(departure)
      ? `${devices[0]?.name ?? "A device"}${isOwn ? "" : ` of ${innerNameOf(departure)}`} was revoked${by === undefined ? "" : ` by ${by}`}`
      : `${name} ${reasonText[reason]}${by === undefined || reason === "left" ? "" : ` by ${by}`}`,
    note: `${plural(own.length, "token")} ended`,
  };
  const earlier = devices
    .filter((device) => device.endedAt !== at)
    .map((device): Moment => ({ id: `ended-${device.id}`, at: device.endedAt, sentence: `${device.name} had ended` }));
  const wiped = devices.map((device): Moment => {
    const { id, name: device_, wipedAt } = device;
    return wipedAt === undefined
      ? { id, sentence: `${device_}: wipe not confirmed` }
      : { id, at: wipedAt, sentence: `${device_} confirmed its wipe` };
  });
  const replaced = secrets.flatMap(({ id, name: key, replacedAt }): Moment[] =>
    replacedAt === undefined || replacedAt < at ? [] : [{ id, at: replacedAt, sentence: `${key} was replaced` }],
  );
  const all = [first, ...earlier, ...wiped, ...replaced];
  const isPast = ({ at: when }: Moment) => when !== undefined;
  return [
    ...all.filter(isPast).toSorted((one, other) => (one.at ?? "").localeCompare(other.at ?? "")),
    ...all.filter((one) => !isPast(one)),
  ];
}
