import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openBrowser } from "../testing/browser.ts";
import { mayReload } from "./lost-chunk.ts";

const fine = {
  build: "/assets/index-new.js",
  reloadedFrom: ["/assets/index-old.js"],
  isOnline: true,
  canRemember: true,
};

describe("a page that lacks a part", () => {
  test("reloads, also after another build did", () => {
    expect(mayReload(fine)).toBe(true);
  });

  test.each([
    ["the same build already did", { reloadedFrom: ["/assets/index-new.js"] }],
    ["builds are served in turns", { reloadedFrom: ["/assets/index-new.js", "/assets/index-old.js"] }],
    ["there is no network", { isOnline: false }],
    ["it could not be stored", { canRemember: false }],
  ])("does not reload when %s", (_, change) => {
    expect(mayReload({ ...fine, ...change })).toBe(false);
  });
});

describe("a tab that is served builds in turns", () => {
  let reloads = 0;
  beforeEach(() => {
    reloads = 0;
    openBrowser();
    vi.stubGlobal("navigator", { onLine: true });
  });
  afterEach(() => vi.unstubAllGlobals());

  /** Loads the page of a build, whose parts are missing, and reloads it if it may. */
  async function load(build: string) {
    vi.resetModules();
    const page = await import("./lost-chunk.ts");
    let listen: (event: { payload: Error }) => void = () => undefined;
    Object.assign(window, {
      addEventListener: (type: string, listener: typeof listen) => {
        expect(type).toBe("vite:preloadError");
        listen = listener;
      },
    });
    Object.assign(window.location, { reload: () => void reloads++ });
    page.watchForLostParts(build);
    const error = new TypeError("Failed to fetch dynamically imported module: /assets/part.js");
    expect(page.mayReloadFor(error)).toBe(false);
    listen({ payload: error });
    expect(error.message).toBe(
      "A part of this page did not load: Failed to fetch dynamically imported module: /assets/part.js",
    );
    if (page.mayReloadFor(error)) {
      page.reloadOnce();
    }
  }

  test("reloads once for each, and then says what is wrong", async () => {
    for (const build of ["/a.js", "/b.js", "/a.js", "/b.js", "/a.js"]) {
      await load(build);
    }
    expect(reloads).toBe(2);
    await load("/c.js");
    expect(reloads).toBe(3);
  });

  test("does not reload without a network, or where nothing can be stored", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    await load("/a.js");
    vi.stubGlobal("navigator", { onLine: true });
    openBrowser({ isStorageOn: false });
    await load("/a.js");
    expect(reloads).toBe(0);
  });
});
