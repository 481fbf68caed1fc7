// A list without imports: every page of the web app loads it.

/** From the most to the least powerful. Nobody grants a role above their own. */
export const roles = ["owner", "admin", "write", "read"] as const;
export type Role = (typeof roles)[number];
