import * as Figure from "@muster/core/figure/figure.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

/** Under an organization. */
export const figures = new Hono<Env>().get("/", query(Figure.list, { id: "listFigures" }));
