import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openBrowser } from "../../testing/browser.ts";
import type { Doors, Upload } from "./upload.ts";

let openUpload: typeof import("./upload.ts").openUpload;
let UploadError: typeof import("#lib/upload.ts").UploadError;
beforeAll(async () => {
  openBrowser();
  ({ openUpload } = await import("./upload.ts"));
  ({ UploadError } = await import("#lib/upload.ts"));
});
afterAll(() => void vi.unstubAllGlobals());

const order = { organizationId: "org_1", file: new File(["ada@example.com"], "people.csv"), lifetimeDays: 7 };

/** Ports that record their calls, and an upload that ends as specified. */
function openDoors({ ends = [] as (Error | undefined)[], state = "waiting_for_file" } = {}) {
  const asked: string[] = [];
  let count = 0;
  const use = {
    createImport: async () => {
      count += 1;
      asked.push("create");
      return { import: { id: `imp_${count}` }, upload: { url: "", fields: {} } };
    },
    getImport: async (_: string, id: string) => {
      asked.push(`get ${id}`);
      return { state };
    },
    cancelImport: async (_: string, id: string) => void asked.push(`cancel ${id}`),
    postForm: async (_: object, __: File, { onProgress }: { onProgress: (sent: number) => void }) => {
      asked.push("post");
      onProgress(8);
      const end = ends.shift();
      if (end) {
        throw end;
      }
    },
  } as unknown as Doors;
  const told: Upload[] = [];
  return { asked, told, upload: openUpload(order, (now) => told.push(now), use) };
}

test("a file is sent with the form of a new import, and its progress is reported", async () => {
  const { asked, told, upload } = openDoors();
  await upload.run();
  expect(asked).toEqual(["create", "post"]);
  expect(told.map(({ state }) => state)).toEqual(["sending", "sending", "arrived"]);
  expect(told[1]).toMatchObject({ sent: 8 });
  expect(told.at(-1)).toEqual({ state: "arrived", id: "imp_1" });
});

test("after a network error the same form is used again, unless the file had arrived", async () => {
  const again = openDoors({ ends: [new UploadError("network")] });
  await again.upload.run();
  expect(again.told.at(-1)).toMatchObject({ state: "failed", mayRetry: true });
  await again.upload.run();
  expect(again.asked).toEqual(["create", "post", "get imp_1", "post"]);

  const arrived = openDoors({ ends: [new UploadError("network")], state: "running" });
  await arrived.upload.run();
  await arrived.upload.run();
  expect(arrived.asked).toEqual(["create", "post", "get imp_1"]);
  expect(arrived.told.at(-1)).toEqual({ state: "arrived", id: "imp_1" });
});

test("an expired form is replaced, and its import canceled", async () => {
  const { asked, told, upload } = openDoors({ ends: [new UploadError("expired")] });
  await upload.run();
  expect(told.at(-1)).toMatchObject({ sentence: expect.stringContaining("Try again") as string });
  await upload.run();
  expect(asked).toEqual(["create", "post", "cancel imp_1", "create", "get imp_2", "post"]);

  vi.useFakeTimers({ toFake: ["Date"] });
  const late = openDoors({ ends: [new UploadError("network")] });
  await late.upload.run();
  vi.setSystemTime(Date.now() + 55 * 60_000);
  await late.upload.run();
  vi.useRealTimers();
  expect(late.asked.slice(2, 4)).toEqual(["cancel imp_1", "create"]);
});

test("canceling leaves no import behind that waits for a file", async () => {
  const { asked, told, upload } = openDoors({ ends: [new UploadError("network")] });
  await upload.run();
  await upload.cancel();
  expect(asked.at(-1)).toBe("cancel imp_1");
  expect(told.at(-1)).toEqual({ state: "canceled" });
});
