import * as v from "valibot";
import { id, known, row } from "../base/row.ts";
import { ways } from "./shape.ts";

export const SessionRow = row({
  pk: id("account"),
  sk: id("session"),
  email: v.string(),
  address: id("address"),
  agent: v.string(),
  createdAt: v.string(),
  authenticatedAt: v.string(),
  /** The way that its person signed in. Sessions from before passkeys have none. */
  way: v.optional(known(ways)),
  /** The session ends when either passes. */
  expiresAt: v.string(),
  idleAt: v.string(),
});
export type SessionRow = v.InferInput<typeof SessionRow>;

/** A sign-in under way, or a reauthentication of a session. */
export const FlowRow = row({
  pk: id("flow"),
  sk: v.literal("#flow"),
  purpose: v.picklist(["signIn", "reauthentication"]),
  session: v.optional(id("session")),
  email: v.string(),
  address: id("address"),
  attempts: v.number(),
  expiresAt: v.string(),
  sentAt: v.optional(v.string()),
  /** Its address has signed in in this browser before. */
  browser: v.optional(v.literal(true)),
  /** The network (/24, /48) of a browser that is not known. */
  network: v.optional(v.string()),
});
export type FlowRow = v.InferInput<typeof FlowRow>;
