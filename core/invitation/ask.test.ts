import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { provide } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import { Keys } from "../table/keys.ts";
import * as Ask from "./ask.ts";

const day = 86_400;
const anonymous = { actor: { type: "public" as const, origin: { ip: "203.0.113.9", agent: "" } } };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ seats: 4 });
});

const events = async () =>
  (await stage.world.table.query(Keys.outbox(stage.organization))).items.map(({ type }) => type);

describe("a dead link", () => {
  test("asks for a fresh invitation once a day", async () => {
    await stage.invite("bob@example.com");
    const token = await stage.tokenOf("bob@example.com");
    const ask = () => told(provide(anonymous, () => Ask.ask({ token })));
    expect(await ask()).toBe("invitation.open");
    stage.world.clock.pass(8 * day);
    expect([await ask(), await ask()]).toEqual(["done", "rate.limited"]);
    stage.world.clock.pass(day);
    expect(await ask()).toBe("done");
    expect((await events()).filter((type) => type === "invitation.requested")).toHaveLength(2);
  });

  test("is not asked for by whoever used it, be they a member still or not", async () => {
    const bob = await stage.join("bob@example.com");
    const token = await stage.tokenOf(bob.email);
    const ask = () => told(provide(anonymous, () => Ask.ask({ token })));
    expect(await ask()).toBe("invitation.used");
    await stage.as(bob, () => Member.leave({}));
    expect(await ask()).toBe("invitation.used");
    expect(await events()).not.toContain("invitation.requested");
  });
});
