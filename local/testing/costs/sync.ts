import type { ID } from "@muster/core/base/id.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { linkDevice, type TestDevice } from "../fixtures/devices.ts";
import { addSecret } from "../fixtures/secrets.ts";
import { denyMany, receiptOf } from "../fixtures/sync.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi };

/** Lists the requests of devices, in organizations of their own. */
export function syncCases(place: () => Place): Case[] {
  type Prepare = (organization: ID<"organization">, owner: Person) => Promise<unknown>;
  const device = async (prepare: Prepare = async () => {}) => {
    const { api } = place();
    const owner = await api.stranger();
    const organization = await api.organization(owner, "Devices");
    await prepare(organization, owner);
    return linkDevice(api.world, { account: owner.account, organization });
  };
  const get = ({ token }: TestDevice, path: string, headers = {}) => place().api.call("GET", path, { token, headers });
  const api = () => place().api;

  return [
    {
      of: "sync.get",
      case: "nothing has changed",
      auth: "device",
      why: "One call. Membership, organization and the operator's settings are read with the device.",
      prepare: async () => {
        const own = await device();
        const { headers } = await get(own, "/sync");
        return () => get(own, "/sync", { "if-none-match": headers.get("etag") ?? "" });
      },
    },
    {
      of: "sync.get",
      case: "4 seconds without a change",
      auth: "device",
      why: "+1 write: one of its two places to wait in. +1 call each second: what all devices of an organization share, and in each fourth second also the device and its member.",
      prepare: async () => {
        const own = await device();
        const { headers } = await get(own, "/sync");
        return async () => {
          bind({ syncWaitSeconds: 25, pause: async (ms) => api().world.clock.pass(ms / 1_000) });
          const answer = await get(own, "/sync?wait=4", { "if-none-match": headers.get("etag") ?? "" });
          bind({ syncWaitSeconds: undefined, pause: undefined });
          return answer;
        };
      },
    },
    {
      of: "sync.get",
      case: "all settings",
      auth: "device",
      why: "+1 write: documents of a device are counted. +1 call: the four sections, consistent: an old section under a new revision would stay with the device. And the organization again: what was saved in between may be a rollout that has not reached the device.",
      prepare: async () => {
        const own = await device();
        return () => get(own, "/sync");
      },
    },
    {
      of: "sync.get",
      case: "all settings, which the process has read before",
      auth: "device",
      why: "The count. API keys are read where there are some. The settings of a revision are kept for all members in the same teams with the same choices.",
      prepare: async () => {
        const own = await device();
        await get(own, "/sync");
        return () => get(own, "/sync");
      },
    },
    {
      of: "sync.get",
      case: "with 2 API keys that it lacks",
      auth: "device",
      why: "+2 data keys, and a row for each API key that says that the device has it. +2 writes, once an hour for all devices: when a device got the key. +1 call, 4 RRU: after that, whether its member still is one, so that no departure misses an API key.",
      prepare: async () => {
        const own = await device(async (organization) => {
          await addSecret(api().world, organization);
          await addSecret(api().world, organization);
        });
        return () => get(own, "/sync");
      },
    },
    {
      of: "sync.get",
      case: "with 50,000 denied websites",
      auth: "device",
      why: "+1 call: the 64 parts of the list, once for a process and revision. The device then gets each part that it lacks by a request of its own.",
      prepare: async () => {
        const value = Array.from({ length: 50_000 }, (_, i) => `site-${i}.example.com`);
        const own = await device((organization, { token }) =>
          api().call("PATCH", `/organizations/${organization}/settings`, {
            token,
            json: { revision: 0, fields: { "websites.denied": { value } } },
          }),
        );
        return () => get(own, "/sync");
      },
    },
    {
      of: "sync.readList",
      auth: "device",
      why: "Nothing more, after a document by the same process; else as that.",
      prepare: async () => {
        let name = "";
        const own = await device(async (organization) => {
          name = await denyMany(api().world, organization);
        });
        await get(own, "/sync");
        return () => get(own, `/sync/lists?name=${name}`);
      },
    },
    {
      of: "sync.signingKeys",
      auth: "nobody",
      why: "No row.",
      prepare: async () => () => api().call("GET", "/sync/keys"),
    },
    {
      of: "sync.report",
      case: "12 receipts",
      auth: "device",
      why: "Each receipt, and the device as owners and admins see it.",
      prepare: async () => {
        const own = await device();
        const sections = ["features", "models", "sources", "websites"];
        const states = ["fetched", "applied", "enforced"];
        const receipts = sections.flatMap((section, i) =>
          states.map((state, j) => receiptOf(own, { seq: 1 + i * 3 + j, section, state })),
        );
        return () => api().call("POST", "/sync/receipts", { token: own.token, json: { receipts } });
      },
    },
  ];
}
