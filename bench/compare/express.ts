import { httpEvent } from "@muster/functions/testing/events.ts";
import { openCaller } from "@muster/local/testing/worlds/caller.ts";
import type { Subject } from "./subject.ts";

/** A name that the types do not look up: the peers have none of their own. */
const peer: string = "../peers/express.mjs";

type Handler = (event: object, context: object) => Promise<{ statusCode: number; body: string }>;

/** express, zod and the SDK as published, reading the rows of a local run of Muster. */
export async function openExpress(): Promise<Subject> {
  const { handler } = (await import(peer)) as { handler: Handler };
  const caller = openCaller(process.env.MUSTER_SITE_URL ?? "");
  const token = await caller.signIn("express@example.com");
  const { id } = await caller.insist("POST", "/organizations", { token, body: { name: "Express" } });
  const event = httpEvent({
    path: `/api/v1/organizations/${String(id)}`,
    headers: { authorization: `Bearer ${token}` },
  });
  return {
    prepare: async (row, count) => {
      if (row !== "get") return;
      return Array.from({ length: count }, () => async () => {
        const { statusCode, body } = await handler(event, {});
        if (statusCode !== 200) throw new Error(`${statusCode} ${body}`);
      });
    },
  };
}
