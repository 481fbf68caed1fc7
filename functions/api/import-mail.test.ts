import * as ID from "@muster/core/kernel/id.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { put } from "@muster/core/table/table.ts";
import { openApi } from "@muster/local/testing/api.ts";
import { expect, test } from "vitest";

test("the mails of one import are paused by its address, those of all by theirs, and twice is as once", async () => {
  const api = await openApi();
  const ada = await api.stranger();
  const acme = await api.organization(ada);
  const id = ID.create("import");
  await api.world.table.write(put(Keys.import(acme, id), { state: "done" }));
  const post = async (path: string) => {
    const { status } = await api.call("POST", `/organizations/${acme}/imports/${path}`, { token: ada.token });
    const [one, all] = await api.world.table.getMany([Keys.importMails(id), Keys.mailsOfImports(acme)]);
    return [status, one?.pausedAt !== undefined, all?.pausedAt !== undefined];
  };
  expect(await post(`${id}/pause-mail`)).toEqual([204, true, false]);
  expect(await post(`${id}/pause-mail`)).toEqual([204, true, false]);
  expect(await post("pause-mails")).toEqual([204, true, true]);
  expect(await post(`${id}/resume-mail`)).toEqual([204, false, true]);
  expect(await post("resume-mails")).toEqual([204, false, false]);
  expect(await post(`${ID.create("import")}/pause-mail`)).toEqual([404, false, false]);
});
