import { maxFileName } from "@muster/core/import/limits.ts";
import type { Reading } from "@muster/core/reading/columns.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openBrowser } from "../../testing/browser.ts";
import type { Order, Upload, UploadPorts } from "./upload.ts";

let openUpload: typeof import("./upload.ts").openUpload;
let UploadError: typeof import("#lib/upload.ts").UploadError;
beforeAll(async () => {
  openBrowser();
  ({ openUpload } = await import("./upload.ts"));
  ({ UploadError } = await import("#lib/upload.ts"));
});
afterAll(() => void vi.unstubAllGlobals());

const people: Order = { organizationId: "org_1", file: new File(["ada@example.com"], "people.csv"), lifetimeDays: 7 };

/** Ports that record their calls, and an upload that ends as specified. */
function openPorts({
  ends = [] as (Error | undefined)[],
  state = "waiting_for_file",
  order = people,
  asked = [] as unknown[],
} = {}) {
  const calls: string[] = [];
  let count = 0;
  const use = {
    createImport: async (_: string, json: object) => {
      asked.push(json);
      count += 1;
      calls.push("create");
      return { import: { id: `imp_${count}` }, upload: { url: "", fields: {} } };
    },
    getImport: async (_: string, id: string) => {
      calls.push(`get ${id}`);
      return { state };
    },
    cancelImport: async (_: string, id: string) => void calls.push(`cancel ${id}`),
    postForm: async (_: object, __: File, { onProgress }: { onProgress: (sent: number) => void }) => {
      calls.push("post");
      onProgress(8);
      const end = ends.shift();
      if (end) {
        throw end;
      }
    },
  } as unknown as UploadPorts;
  const progress: Upload[] = [];
  return { calls, progress, upload: openUpload(order, (now) => progress.push(now), use) };
}

test("a file is sent with the form of a new import, and its progress is reported", async () => {
  const { calls, progress, upload } = openPorts();
  await upload.run();
  expect(calls).toEqual(["create", "post"]);
  expect(progress.map(({ state }) => state)).toEqual(["sending", "sending", "arrived"]);
  expect(progress[1]).toMatchObject({ sent: 8 });
  expect(progress.at(-1)).toEqual({ state: "arrived", id: "imp_1" });
});

test("what a person said of a file is sent with its import", async () => {
  const reading: Reading = { columns: ["ignore", "email", "role"], roles: [{ word: "User", role: "read" }] };
  const asked: unknown[] = [];
  const { upload } = openPorts({ order: { ...people, reading }, asked });
  await upload.run();
  await openPorts({ asked }).upload.run();
  expect(asked).toEqual([
    { fileName: "people.csv", lifetimeDays: 7, ...reading },
    { fileName: "people.csv", lifetimeDays: 7 },
  ]);
});

test("a file whose name says nothing, or too much, has a name that the API takes", async () => {
  const asked: unknown[] = [];
  for (const name of [
    "\u200b\u202e",
    ` ${"a".repeat(maxFileName - 1)}😀.csv`,
    `${"a".repeat(maxFileName - 1)} b.csv`,
  ]) {
    await openPorts({ order: { ...people, file: new File([""], name) }, asked }).upload.run();
  }
  const cut = { fileName: "a".repeat(maxFileName - 1) };
  expect(asked).toMatchObject([{ fileName: "import.csv" }, cut, cut]);
});

test("after a network error the same form is used again, unless the file had arrived", async () => {
  const again = openPorts({ ends: [new UploadError("network")] });
  await again.upload.run();
  expect(again.progress.at(-1)).toMatchObject({ state: "failed", mayRetry: true });
  await again.upload.run();
  expect(again.calls).toEqual(["create", "post", "get imp_1", "post"]);

  const arrived = openPorts({ ends: [new UploadError("network")], state: "running" });
  await arrived.upload.run();
  await arrived.upload.run();
  expect(arrived.calls).toEqual(["create", "post", "get imp_1"]);
  expect(arrived.progress.at(-1)).toEqual({ state: "arrived", id: "imp_1" });
});

test("an expired form is replaced, and its import canceled", async () => {
  const { calls, progress, upload } = openPorts({ ends: [new UploadError("expired")] });
  await upload.run();
  expect(progress.at(-1)).toMatchObject({ sentence: expect.stringContaining("Try again") as string });
  await upload.run();
  expect(calls).toEqual(["create", "post", "cancel imp_1", "create", "get imp_2", "post"]);

  vi.useFakeTimers({ toFake: ["Date"] });
  const late = openPorts({ ends: [new UploadError("network")] });
  await late.upload.run();
  vi.setSystemTime(Date.now() + 55 * 60_000);
  await late.upload.run();
  vi.useRealTimers();
  expect(late.calls.slice(2, 4)).toEqual(["cancel imp_1", "create"]);
});

test("canceling leaves no import behind that waits for a file", async () => {
  const { calls, progress, upload } = openPorts({ ends: [new UploadError("network")] });
  await upload.run();
  await upload.cancel();
  expect(calls.at(-1)).toBe("cancel imp_1");
  expect(progress.at(-1)).toEqual({ state: "canceled" });
});
