import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { app as apiOf } from "@muster/functions/api/app.ts";
import { syncApp } from "@muster/functions/api/sync-app.ts";
import {
  type Client,
  type Handlers,
  link,
  NotLinked,
  type Options,
  type System,
  start,
} from "../../clients/sync/sync.ts";
import type { Deployment } from "./deployment.ts";
import type { Figure } from "./people.ts";
import type { DemoOrganization } from "./scenarios.ts";

// The demo's devices: desktop clients with the package that clients embed, in the story's time, and then live.

const app = "Example Desktop";

/**
 * A device's way with its settings: it enforces them; it applies them, and says no more; it cannot enforce those of
 * sources; or it is off once the story has ended.
 */
type Habit = "follows" | "lags" | "refuses" | "sleeps";
export type DemoDevice = {
  /** Its name when it is linked. */
  name: string;
  platform: "macos" | "windows" | "linux";
  appVersion: string;
  habit: Habit;
};
type Linked = DemoDevice & { folder: string; id: string; server: string };
export type Fleet = ReturnType<typeof openFleet>;

const listName = "devices.json";
/** The story has no time for longer waits of a client. */
const maxWaitMs = 10_000;
/** For how many ms the story waits for a device. */
const patience = 30_000;

/** The devices of an organization in the story. Each keeps its files in a folder of its own. */
export function openFleet({ clock, siteUrl }: Deployment, organization: DemoOrganization, folder: string) {
  const site = { url: siteUrl, secure: siteUrl.startsWith("https:") };
  const [api, sync] = [apiOf(site), syncApp(site)];
  const linked: Linked[] = [];

  /** Replaces the network and the clock of a client. */
  const systemOf = (number: number): System => ({
    now: clock.now,
    random: () => 0.5,
    after: (ms, run) => {
      if (ms > maxWaitMs) return () => {};
      const soon = setImmediate(run);
      return () => clearImmediate(soon);
    },
    fetch: async (url, init) => {
      const path = url.slice(site.url.length);
      const one = path.startsWith("/api/v1/sync") ? sync : api;
      return one.request(path, init, { requestContext: { http: { sourceIp: `192.0.2.${number}` } } });
    },
  });

  function named(name: string): Linked {
    const found = linked.find((one) => one.name === name);
    if (!found) throw new Error(`There is no device ${name} at this point of the story.`);
    return found;
  }

  return {
    /** Links a device to somebody, who approves it. */
    async link(by: Figure, device: DemoDevice): Promise<void> {
      const number = linked.length + 1;
      const { name: deviceName, platform, appVersion } = device;
      const place = { server: site.url, folder: join(folder, String(number)), system: systemOf(number) };
      const own = await link({ ...place, app, appVersion, deviceName, platform }, ({ userCode }) =>
        organization.approveDevice(by, userCode),
      );
      linked.push({ ...device, folder: place.folder, id: own.device, server: site.url });
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, listName), JSON.stringify(linked));
    },
    /** Lets a device ask for its settings once. */
    async follow(name: string): Promise<void> {
      const device = named(name);
      const system = systemOf(linked.indexOf(device) + 1);
      const client = await run(device, { system }).catch(unlessUnlinked);
      if (!client) return;
      await client.refresh();
      for (let round = 0; client.status().pendingReceipts > 0; round++) {
        if (round === patience) throw new Error(`The receipts of ${name} are not taken.`);
        await pause(1);
      }
      await client.stop();
    },
    /** Returns the id of a device. */
    idOf: (name: string) => named(name).id as `dev_${string}`,
  };
}

/** Lets the devices of a server live that are not off. Returns what ends them. */
export async function startFleet(folder: string, url: string): Promise<() => Promise<void>> {
  const text = await readFile(join(folder, listName), "utf8").catch(() => "[]");
  // another port is another server, which they do not trust
  const own = (JSON.parse(text) as Linked[]).filter(({ server }) => server === url);
  const awake = own.filter(({ habit }) => habit !== "sleeps");
  const clients = await Promise.all(awake.map((one) => run(one, { isLive: true }).catch(unlessUnlinked)));
  return async () => {
    await Promise.all(clients.map(async (client) => client?.stop()));
  };
}

/** Starts the client of a device, which does with its settings what is its habit. */
async function run(
  { folder, platform, appVersion, habit }: Linked,
  more: Pick<Options, "system" | "isLive">,
): Promise<Client> {
  const on: Handlers = {
    wipe: () => {},
    change: async ({ sections, report }) => {
      for (const section of sections) {
        if (habit === "lags") continue;
        if (habit === "refuses" && section === "sources") await report(section, "refused", blocked);
        else await report(section, "enforced");
      }
    },
  };
  return start({ folder, app, appVersion, platform, on, ...more });
}

const blocked = {
  code: "blocked_by_system",
  key: "sources.blocked",
  message: "Windows has not given this app the right to look at other apps.",
} as const;

/** One that has wiped itself has no keys anymore. */
function unlessUnlinked(error: unknown): undefined {
  if (!(error instanceof NotLinked)) throw error;
}
