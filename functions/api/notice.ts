import * as Notice from "@muster/core/notice/list.ts";
import { Hono } from "hono/quick";
import { query } from "./door.ts";
import type { Env } from "./env.ts";

export const notices = new Hono<Env>().get(
  "/",
  query(Notice.list, { id: "listNotifications", summary: "List my notices, newest first" }),
);
