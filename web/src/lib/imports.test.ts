import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openBrowser } from "../testing/browser.ts";

let imports: typeof import("./imports.ts");
beforeAll(async () => {
  openBrowser();
  imports = await import("./imports.ts");
});
afterAll(() => void vi.unstubAllGlobals());

test("while an import has not changed, the known object is returned, and nothing is read again", async () => {
  const tags: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_: string, { headers }: { headers: Record<string, string> }) => {
    const tag = headers["if-none-match"] ?? null;
    tags.push(tag);
    return tag === '"a"'
      ? new Response(null, { status: 304, headers: { etag: '"a"' } })
      : new Response(JSON.stringify({ id: "imp_1", rows: 3 }), { headers: { etag: '"a"' } });
  });
  const first = await imports.getImport("org_1", "imp_1");
  const second = await imports.getImport("org_1", "imp_1", first);
  expect(second).toBe(first);
  expect(tags).toEqual([null, '"a"']);
});

test("an error response is an error, and so is no answer", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ code: "import.missing", detail: "Gone." }, { status: 404 }));
  await expect(imports.getImport("org_1", "imp_1")).rejects.toMatchObject({ code: "import.missing" });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(imports.getImport("org_1", "imp_1")).rejects.toMatchObject({ code: "network.unreachable" });
});
