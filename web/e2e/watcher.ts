import { type BrowserContext, expect } from "@playwright/test";

/**
 * Records what no page may do: throw, or log errors to the console, where Chromium also reports violations of the
 * page's policy.
 */
export function watch(context: BrowserContext) {
  const complaints: string[] = [];
  const allowed = new Set<number>();

  context.on("weberror", (thrown) => complaints.push(`thrown: ${thrown.error().message}`));
  context.on("console", (message) => {
    const status = /responded with a status of (\d+)/.exec(message.text())?.[1];
    if (message.type() === "error" && !allowed.has(Number(status))) {
      complaints.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  return {
    /** Chromium itself reports a failed request as an error: a test lists the failures that it expects. */
    allowRefusals: (...statuses: number[]) => statuses.forEach((status) => allowed.add(status)),
    /** Without a network every request fails, and says so. */
    forgive: (pattern: RegExp) => {
      const kept = complaints.filter((complaint) => !pattern.test(complaint));
      complaints.splice(0, complaints.length, ...kept);
    },
    expectSilence: () => expect(complaints).toEqual([]),
  };
}

export type Watcher = ReturnType<typeof watch>;
