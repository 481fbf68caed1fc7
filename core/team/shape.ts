import * as v from "valibot";
import { line, lines } from "../kernel/shape.ts";

/** A member is in at most so many teams. */
export const mostTeams = 30;

/** 1 to 60 characters on one line. */
export const TeamName = line("name", 60);
/** What a team is for, up to 300 characters; an empty text is none. */
export const TeamDescription = v.union([v.literal(""), lines("description", 300)]);
