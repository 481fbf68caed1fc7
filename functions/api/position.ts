import type { Context as Request } from "@muster/core/kernel/context.ts";
import { positionOf } from "@muster/core/kernel/position.ts";
import type { Context } from "hono";
import type { Env } from "./env.ts";

/** A change says where it is, so that a later read can wait for it; a read that waited says whether it includes it. */
export function sayPosition(c: Context<Env>, { position }: Request): void {
  const text = positionOf(position?.written ?? []);
  if (text !== undefined) c.header("muster-position", text);
  if (position?.isIncluded !== undefined) c.header("muster-included", String(position.isIncluded));
}
