import * as Ask from "@muster/core/invitation/ask.ts";
import { Hono } from "hono/quick";
import { command } from "./door.ts";
import type { Env } from "./env.ts";

/** For whose invitation has ended. */
export const ask = new Hono<Env>().post(
  "/",
  command(Ask.ask, { summary: "Ask for a fresh invitation with a dead link", status: 202 }),
);
