import type { Group } from "@muster/core/notification/shape.ts";

type Unsubscribed = { way: "email" | "digest"; changed: readonly { groups: readonly Group[] }[] };

const list = new Intl.ListFormat("en");

/** Says what no longer comes by email. */
export function stoppedText({ way, changed }: Unsubscribed): string {
  if (changed.length === 0) return "You get no such emails already, or you are no longer a member there.";
  if (way === "digest") return "You no longer get a daily email. What it told you is in the product only.";
  const groups = new Set(changed.flatMap((one) => one.groups));
  return `You no longer get emails about ${list.format(groups)} of this organization. They are in the product only.`;
}
