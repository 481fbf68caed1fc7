import type { Posting } from "@muster/core/organization/shape.ts";

const names: Record<Posting, string> = {
  members: "Owners, admins, and members with the role Write",
  admins: "Only owners and admins",
  off: "Nobody: updates are off",
};

export const postingName = (posting: string) => names[posting as Posting] ?? posting;

export const postingOptions = Object.entries(names).map(([value, label]) => ({ value, label }));
