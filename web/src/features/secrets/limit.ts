import { maxTeamsOfSecret } from "@muster/core/secret/limits.ts";

/** What choosing teams means for a key, and how many there can be. */
export const teamLimit = {
  hint: "Optional: only members of these teams may use the key. Without teams, every member may.",
  limit: { max: maxTeamsOfSecret, reason: `A key is for at most ${maxTeamsOfSecret} teams.` },
};
