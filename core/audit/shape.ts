/** What activity is about. */
export const subjects = ["people", "teams", "updates", "settings", "devices", "imports", "billing"] as const;
export type Subject = (typeof subjects)[number];

const byNoun = new Map<string, Subject>([
  ["billing", "billing"],
  ["reclaim", "billing"],
  ["comment", "updates"],
  ["departure", "devices"],
  ["device", "devices"],
  ["domain", "settings"],
  ["import", "imports"],
  ["invitation", "people"],
  ["member", "people"],
  ["organization", "settings"],
  ["rollout", "settings"],
  ["secret", "settings"],
  ["setting", "settings"],
  ["team", "teams"],
  ["update", "updates"],
]);

/** Returns what an event of this type is about; nothing for what this release does not know. */
export function subjectOf(type: unknown): Subject | undefined {
  if (type === "organization.granted") return "billing";
  return byNoun.get(String(type).split(".", 1)[0] ?? "");
}
