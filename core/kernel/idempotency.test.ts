import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld } from "@muster/local/testing/worlds/world.ts";
import { expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { type Context, provide } from "./context.ts";
import { isRecent, keep } from "./idempotency.ts";
import { kernelKeys } from "./keys.ts";

const key = kernelKeys.request(ID.create("account"), "one");
const again = { idempotency: { key, fingerprint: "f", isBegun: true } };
const as = (context: Omit<Context, "actor">, run: () => Promise<void>) =>
  resultOf(provide({ actor: { type: "system", job: "test" }, ...context }, run));

test("of two requests that finish what one began, the first has the answer", async () => {
  const world = await openWorld();
  const finish = (answer: string) => as(structuredClone(again), () => keep(answer));
  expect(await as({ idempotency: { key, fingerprint: "f" } }, () => keep(undefined, "readOnly"))).toBe("done");
  expect(await finish("first")).toBe("done");
  expect(await finish("second")).toBe("request.repeated");
  const record = (await world.table.get(key)) ?? {};
  expect(record).toMatchObject({ answer: "first" });
  expect(isRecent(record)).toBe(true);
  world.clock.pass(31);
  expect(isRecent(record)).toBe(false);
});
