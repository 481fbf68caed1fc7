import * as Figure from "@muster/core/figure/figure.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

/** Under an organization. */
export const figures = new Hono<Env>()
  /**
   * List figures. Members, seats, and active members over time, oldest first: at most {figure.maxDays} days, or
   * {figure.maxMonths} months. Days are those of UTC. What was not counted yet is missing.
   */
  .get("/", query(Figure.list, { id: "listFigures" }));
