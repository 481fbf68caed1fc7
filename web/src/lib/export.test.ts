import { afterEach, describe, expect, test, vi } from "vitest";
import { exportFile, nextPart } from "./export.ts";
import { saveFile } from "./save-file.ts";

vi.mock("./save-file.ts", () => ({ saveFile: vi.fn<typeof saveFile>() }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.mocked(saveFile).mockReset();
});

type Part = { body?: string; type?: string; next?: string; status?: number };

/** Answers each address with its part, and records what is asked for. */
function serve(parts: (path: string) => Part | Error) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const part = parts(path);
    if (part instanceof Error) {
      throw part;
    }
    const { body = "", type = "text/csv; charset=utf-8", next, status = 200 } = part;
    const link = next === undefined ? undefined : { link: `<${next}>; rel="next"` };
    return new Response(body, { status, headers: { "content-type": type, ...link } });
  });
  return asked;
}

describe("an export", () => {
  test("is saved as one file, of all parts in their order", async () => {
    const asked = serve((path) =>
      path === "/x?cursor=2"
        ? { body: "Grace\r\n" }
        : path === "/x?cursor=1"
          ? { body: "", next: "/x?cursor=2" }
          : { body: "\ufeffname\r\nAda\r\n", next: "https://muster.example/x?cursor=1" },
    );
    await exportFile("/x", "members.csv");
    expect(asked).toEqual(["/x", "/x?cursor=1", "/x?cursor=2"]);
    const [[file, name] = []] = vi.mocked(saveFile).mock.calls;
    expect([name, file?.type]).toEqual(["members.csv", "text/csv"]);
    expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file?.arrayBuffer())).toBe(
      "\ufeffname\r\nAda\r\nGrace\r\n",
    );
  });

  test.each<[string, Part | Error, string]>([
    [
      "an error of the API",
      { status: 403, type: "application/problem+json", body: '{"code":"actor.forbidden"}' },
      "actor.forbidden",
    ],
    ["an error page", { status: 502, type: "text/html", body: "<h1>Bad gateway</h1>" }, "service.unavailable"],
    ["an error as CSV", { status: 500, body: "error" }, "internal.error"],
    ["a page of what is in front of the API", { type: "text/html", body: "<h1>Sign in</h1>" }, "export.unexpected"],
    ["no file at all", { type: "", body: "" }, "export.unexpected"],
    ["no answer", new TypeError("Failed to fetch"), "network.unreachable"],
  ])("is not saved after %s, also of a later part", async (_, last, code) => {
    serve((path) => (path === "/x" ? last : { body: "Ada" }));
    await expect(exportFile("/x", "members.csv")).rejects.toMatchObject({ code });
    serve((path) => (path === "/x" ? { body: "Ada", next: "/x?cursor=1" } : last));
    await expect(exportFile("/x", "members.csv")).rejects.toMatchObject({ code });
    expect(saveFile).not.toHaveBeenCalled();
  });

  test("ends where its parts lead in a circle, or do not end", async () => {
    const circle = serve((path) => ({ next: path === "/x?cursor=1" ? "/x?cursor=2" : "/x?cursor=1" }));
    await expect(exportFile("/x", "members.csv")).rejects.toMatchObject({ code: "export.endless" });
    expect(circle).toEqual(["/x", "/x?cursor=1", "/x?cursor=2"]);
    let count = 0;
    const endless = serve(() => ({ next: `/x?cursor=${++count}` }));
    await expect(exportFile("/x", "members.csv")).rejects.toMatchObject({ code: "export.endless" });
    expect(endless).toHaveLength(20_000);
    expect(saveFile).not.toHaveBeenCalled();
  });
});

test.each([
  ['</api/v1/x/export?cursor=abc>; rel="next"', "/api/v1/x/export?cursor=abc"],
  ["<https://muster.example/api/v1/x/export?cursor=abc>; rel=next", "/api/v1/x/export?cursor=abc"],
  ['</first>; rel="prev", </api/v1/x?cursor=2>; rel="next"', "/api/v1/x?cursor=2"],
])("%s has a next part", (link, path) => {
  expect(nextPart(link)).toBe(path);
});

test.each([[null], [""], ['</first>; rel="prev"']])("%s is the end", (link) => {
  expect(nextPart(link)).toBeUndefined();
});
