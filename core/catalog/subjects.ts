import type { OrganizationEventType } from "./events.ts";

export const subjects = ["people", "teams", "updates", "settings", "devices", "imports", "billing"] as const;
export type Subject = (typeof subjects)[number];

type NounOf<T extends string> = T extends `${infer N}.${string}` ? N : never;
type Noun = NounOf<OrganizationEventType["type"]>;

/** The subject of the events of each noun. Without a noun that has events this does not compile. */
const byNoun: { readonly [N in Noun]: Subject } = {
  billing: "billing",
  reclaim: "billing",
  comment: "updates",
  departure: "devices",
  device: "devices",
  domain: "settings",
  import: "imports",
  invitation: "people",
  member: "people",
  organization: "settings",
  rollout: "settings",
  secret: "settings",
  setting: "settings",
  team: "teams",
  update: "updates",
};

/** Returns what an event of this type is about; nothing for what this release does not know. */
export function subjectOf(type: unknown): Subject | undefined {
  if (type === "organization.granted") return "billing";
  const [noun = ""] = String(type).split(".", 1);
  return Object.hasOwn(byNoun, noun) ? byNoun[noun as Noun] : undefined;
}
