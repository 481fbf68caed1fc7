import * as v from "valibot";
import { line, lines } from "../base/shape.ts";

/** The people who post updates to a team: its members, or its leads only. */
export const teamPostings = ["members", "leads"] as const;
export type TeamPosting = (typeof teamPostings)[number];

/** The people who see a team: every member of the organization, or its own members, owners, and admins. */
export const teamVisibilities = ["open", "private"] as const;
export type TeamVisibility = (typeof teamVisibilities)[number];

/** 1 to 60 characters on one line. */
export const TeamName = line("name", 60);
/** The purpose of the team. An empty text removes it. */
export const TeamDescription = v.union([v.literal(""), lines("description", 300)]);
