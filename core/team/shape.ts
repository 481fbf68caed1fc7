import * as v from "valibot";
import { line, lines } from "../base/shape.ts";

/** 1 to 60 characters on one line. */
export const TeamName = line("name", 60);
/** What the team is for. An empty text removes it. */
export const TeamDescription = v.union([v.literal(""), lines("description", 300)]);
