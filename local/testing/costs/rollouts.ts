import type { ID } from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { check } from "@muster/core/rollout/check.ts";
import { due } from "@muster/core/rollout/queue-checks.ts";
import { linkDevice } from "../fixtures/devices.ts";
import { startRollout } from "../fixtures/rollouts.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Own = { owner: Person; organization: ID<"organization"> };

/** Lists the work of people and the clock with rollouts, each in an organization of its own with one device. */
export function rolloutCases(place: () => { api: TestApi }): Case[] {
  const prepared = async ({ isStarted = true } = {}): Promise<Own> => {
    const { api } = place();
    const owner = await api.stranger();
    const organization = await api.organization(owner, "Waves");
    await linkDevice(api.world, { account: owner.account, organization });
    if (isStarted) await startRollout(api.world, organization);
    return { owner, organization };
  };
  const sent = (method: string, path: string, json?: object) => async () => {
    const { owner, organization } = await prepared();
    const to = `/organizations/${organization}/settings/rollout${path}`;
    return () => place().api.call(method, to, { token: owner.token, ...(json && { json }) });
  };

  return [
    {
      of: "rollout.get",
      auth: "member",
      why: "Organization and progress are read with authentication.",
      prepare: sent("GET", ""),
    },
    {
      of: "rollout.preview",
      case: "1 device",
      auth: "member",
      why: "A limit, and one query of the devices.",
      prepare: sent("POST", "/preview", { waves: [{ percent: 10 }] }),
    },
    {
      of: "rollout.pause",
      auth: "member",
      why: "Organization, its place in the list, event.",
      prepare: sent("POST", "/pause", {}),
    },
    {
      of: "rollout.resume",
      auth: "member",
      why: "Organization, its place in the list, event.",
      prepare: async () => {
        const { owner, organization } = await prepared();
        const to = (path: string) => `/organizations/${organization}/settings/rollout/${path}`;
        await place().api.call("POST", to("pause"), { token: owner.token, json: {} });
        return () => place().api.call("POST", to("resume"), { token: owner.token, json: {} });
      },
    },
    {
      of: "rollout.finish",
      auth: "member",
      why: "Organization, its place in the list, its revision, event.",
      prepare: sent("POST", "/finish", {}),
    },
    {
      of: "rollout.rollBack",
      case: "one setting",
      auth: "member",
      why: "As a change of settings, with the revision that it undoes.",
      prepare: sent("POST", "/roll-back", {}),
    },
    {
      of: "setting.change",
      case: "in waves",
      auth: "member",
      why: "As a change of settings, with the progress of the rollout, its place in the list, and its event.",
      prepare: async () => {
        const { owner, organization } = await prepared({ isStarted: false });
        const rollout = { waves: [{ percent: 10 }], share: 90, maxRefused: 5, silenceHours: 24, minHours: 0 };
        const json = { revision: 0, fields: { "features.telemetry": { value: true } }, rollout };
        return () => place().api.call("PATCH", `/organizations/${organization}/settings`, { token: owner.token, json });
      },
    },
    {
      of: "rollout.check",
      case: "1 device",
      auth: "nobody",
      why: "The devices, and what was counted.",
      prepare: async () => {
        const { organization } = await prepared({ isStarted: false });
        // no step follows, whichever wave the device is in
        await startRollout(place().api.world, organization, { state: "paused" });
        return () => asSystem("costs", () => check({ job: "checkRollout", organization }));
      },
    },
    {
      of: "rollout.due",
      case: "no rollout",
      auth: "nobody",
      why: "One query of a list.",
      prepare: async () => () => asSystem("costs", () => due({})),
    },
  ];
}
