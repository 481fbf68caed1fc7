import * as v from "valibot";
import { strangeLetter, strangeText } from "../account/shape.ts";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { teamsOf } from "../team/names.ts";
import { emailOf, invitedDifferently } from "./change.ts";
import * as Invitation from "./invitation.ts";
import { type Judgment, type Known, obstacles } from "./judge.ts";
import { cooldownMinutes } from "./limits.ts";
import type { IfPending } from "./shape.ts";

// What a review and a request that invites say of each row.

// Shapes

const isSoon = `It was emailed less than ${cooldownMinutes} minutes ago, so no email`;
/** What a request says of the invitations that it changed. */
const changes = {
  changed: "The pending invitation was changed, without an email.",
  changed_and_mailed: "The pending invitation was changed, and emailed again.",
  changed_too_soon: `The pending invitation was changed. ${isSoon} was sent.`,
};
type Done = keyof typeof changes;
const isDone = (label: string): label is Done => Object.hasOwn(changes, label);
const sentences = Object.assign({ invited_differently: invitedDifferently }, obstacles);
const obstacleNames = Object.keys(sentences) as [keyof typeof sentences, ...(keyof typeof sentences)[]];
const judged = {
  /** The address, as it would be stored. */
  email: v.string(),
  /** The role, if it could be understood. */
  role: v.optional(v.picklist(roles)),
  /** The name, if there is one. */
  name: v.optional(v.string()),
  /** The ids of the teams. */
  teams: v.optional(v.array(ID.schema("team"))),
  /** A sentence about the result, for a person. */
  message: v.string(),
};
/** The pending invitation of the address, if it is to another role or other teams. */
export const Pending = v.object({
  id: ID.schema("invitation"),
  /** The role that it offers. */
  role: v.picklist(roles),
  /** The ids of its teams. */
  teams: v.array(ID.schema("team")),
});
/** What inviting someone would do. */
export const Reviewed = v.object({
  ...judged,
  /** `ready`, or what stands in the way. */
  label: v.picklist(["ready", "change", ...obstacleNames]),
  pending: v.optional(Pending),
});
/** What inviting someone did. */
export const Sent = v.object({
  ...judged,
  /** `invited`, or why not. After `retry`, send this one again. */
  outcome: v.picklist(["invited", "changed", "retry", ...obstacleNames]),
  /** The id of the invitation, if there is one now. */
  invitation: v.optional(ID.schema("invitation")),
  pending: v.optional(Pending),
});

// Functions

export type Sending = Omit<Judgment, "label"> & { label: Judgment["label"] | "retry" };

/** Returns what sending a row would do. */
export function describeReview({ row, label }: Judgment, known: Known, ifPending?: IfPending) {
  if (label === "ready") return { ...shown(row), label, message: "Ready to be sent." };
  if (label === "change") {
    const found = row.address ? known.found.get(row.address) : undefined;
    const isTooSoon = Invitation.isPending(found) && emailOf(found, ifPending) === "too_soon";
    const message = `The pending invitation will be changed.${isTooSoon ? ` ${isSoon} will be sent.` : ""}`;
    return { ...shown(row), label, message, ...pendingOf(row, known) };
  }
  const obstacle = label === "sent" || isDone(label) ? "already_invited" : label;
  const pending = obstacle === "invited_differently" ? pendingOf(row, known) : {};
  return { ...shown(row), label: obstacle, message: sentenceOf(obstacle, row), ...pending };
}

/** Returns what happened to a row. */
export function describeSending({ row, label }: Sending, known: Known) {
  if (label === "retry") {
    return { ...shown(row), outcome: label, message: "Too many changes at once. Send this one again." };
  }
  const invitation = Invitation.idOf(String(row.address));
  if (isDone(label) || label === "change") {
    const message = changes[label === "change" ? "changed" : label];
    return { ...shown(row), outcome: "changed" as const, message, invitation };
  }
  if (label === "sent" || label === "ready") {
    return { ...shown(row), outcome: "invited" as const, message: "Invited.", invitation };
  }
  const pending = label === "invited_differently" ? pendingOf(row, known) : {};
  return { ...shown(row), outcome: label, message: sentenceOf(label, row), ...pending };
}

/** Says which letter an address cannot have, as sign-in does. */
function sentenceOf(obstacle: keyof typeof sentences, { email }: Judgment["row"]): string {
  const letter = obstacle === "invalid_email" ? strangeLetter(email) : undefined;
  return letter === undefined ? sentences[obstacle] : strangeText(letter);
}

function pendingOf({ address }: Judgment["row"], { found }: Known) {
  const row = address && found.get(address);
  if (!row) return {};
  return { pending: { id: Invitation.idOf(row.pk), role: row.role, teams: [...teamsOf(row)] } };
}

const shown = ({ email, role, name, teams }: Judgment["row"]) => ({
  email,
  ...(role && { role }),
  ...(name && { name }),
  ...(teams && { teams }),
});
