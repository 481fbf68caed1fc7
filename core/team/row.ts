import * as v from "valibot";
import { id, known, row } from "../base/row.ts";
import { teamPostings, teamVisibilities } from "./shape.ts";

/** The unusual properties of a team. Values that this release does not know are read as the stricter one. */
const unusual = {
  /** Missing while every member of the team posts. */
  posting: v.optional(known(teamPostings, "leads")),
  /** Missing while the team is open. */
  visibility: v.optional(known(teamVisibilities, "private")),
};

export const TeamRow = row({
  pk: v.string(),
  sk: id("team"),
  name: v.string(),
  description: v.optional(v.string()),
  ...unusual,
  revision: v.number(),
  createdAt: v.string(),
});
export type TeamRow = v.InferInput<typeof TeamRow>;

/** The team of this name. */
export const TeamNameRow = row({ pk: v.string(), sk: v.string(), team: id("team"), name: v.string(), ...unusual });
export type TeamNameRow = v.InferInput<typeof TeamNameRow>;

/** A word of the name of a team, and whether a search passes it over. */
export const TeamWordRow = row({ pk: v.string(), sk: v.string(), team: id("team"), visibility: unusual.visibility });
export type TeamWordRow = v.InferInput<typeof TeamWordRow>;

export const TeamCountRow = row({ pk: v.string(), sk: v.string(), members: v.number() });
export type TeamCountRow = v.InferInput<typeof TeamCountRow>;
