import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Member from "../member/member.ts";
import * as Answer from "./answer.ts";
import { idOf } from "./invitation.ts";
import * as List from "./list.ts";
import * as Manage from "./manage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ seats: 4 });
});

const asAda = <R>(run: () => Promise<R>) => stage.as(stage.ada, run);
const idFor = async (email: string) => idOf(String((await stage.rowOf(email))?.pk));

describe("an invitation", () => {
  test("is listed by whom it was sent, and among the ended once it has ended", async () => {
    await stage.invite("bob@example.com", "write");
    await stage.invite("carol@example.com");
    await asAda(async () => Manage.revoke({ invitation: await idFor("carol@example.com") }));
    const dora = await stage.join("dora@example.com");
    await asAda(() => Member.remove({ account: dora.account }));
    const list = async (state: "pending" | "ended" | "former") =>
      (await asAda(() => List.list({ state }))).items.map(({ email }) => email);
    expect([await list("pending"), await list("ended"), await list("former")]).toEqual([
      ...[["bob@example.com"], ["carol@example.com"], ["dora@example.com"]],
    ]);
    const { items } = await asAda(() => List.list({}));
    expect(items[0]).toEqual({
      ...{ invitation: await idFor("bob@example.com"), email: "bob@example.com", role: "write", state: "pending" },
      teams: [],
      ...{ mail: "queued", at: "2026-12-01T09:00:00.000Z", invitedBy: { account: stage.ada.account, name: "Ada" } },
    });
  });

  test("that was accepted is shown among the members only", async () => {
    await stage.invite("bob@example.com");
    const invitation = await idFor("bob@example.com");
    const get = () => asAda(() => List.get({ invitation }));
    expect(await get()).toMatchObject({ invitation, email: "bob@example.com", state: "pending", attempt: 1 });
    await stage.world.as(await stage.world.person("bob@example.com"), async () =>
      Answer.accept({ token: await stage.tokenOf("bob@example.com") }),
    );
    expect(await told(get())).toBe("invitation.missing");
  });
});
