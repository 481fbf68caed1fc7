import * as Notification from "@muster/core/notification/list.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

export const notifications = new Hono<Env>().get("/", query(Notification.list, { id: "listNotifications" }));
