import * as v from "valibot";
import { row } from "../base/row.ts";

/** An organization's members and seats at the end of a day on which they changed, or a month's events ended. */
export const SeatFiguresRow = row({
  pk: v.string(),
  sk: v.string(),
  members: v.number(),
  /** Seats that members and pending invitations use. */
  committed: v.number(),
  /** Seats that are paid or granted, once an event has said how many. */
  capacity: v.optional(v.number()),
});
export type SeatFiguresRow = v.InferInput<typeof SeatFiguresRow>;

/** The number of members who were active on a day. */
export const ActiveFiguresRow = row({ pk: v.string(), sk: v.string(), members: v.number() });
export type ActiveFiguresRow = v.InferInput<typeof ActiveFiguresRow>;

/** That a member is counted among those who were active on a day, as long as the stream could say so again. */
export const ActiveMemberRow = row({ pk: v.string(), sk: v.string() });
export type ActiveMemberRow = v.InferInput<typeof ActiveMemberRow>;
