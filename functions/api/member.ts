import * as Member from "@muster/core/member/member.ts";
import { Hono } from "hono";
import { command } from "./door.ts";
import type { Env } from "./env.ts";

/** Under an organization. */
export const members = new Hono<Env>()
  .post("/leave", command(Member.leave, { summary: "Leave the organization" }))
  .patch("/:account", command(Member.changeRole, { summary: "Change a member's role" }))
  .delete("/:account", command(Member.remove, { summary: "Remove a member" }))
  .post("/:account/transfer", command(Member.transfer, { summary: "Make a member an owner in my place" }));
