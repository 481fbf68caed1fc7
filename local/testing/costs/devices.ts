import * as Audit from "@muster/core/audit/audit.ts";
import { auditKeys } from "@muster/core/audit/keys.ts";
import { hourMs } from "@muster/core/base/duration.ts";
import type { ID } from "@muster/core/base/id.ts";
import { departureKeys } from "@muster/core/departure/keys.ts";
import { react } from "@muster/core/departure/record.ts";
import { credential } from "@muster/core/device/credential.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { update } from "@muster/core/table/table.ts";
import { fetchSecret } from "../fixtures/departures.ts";
import { clientOf, deviceRow, linkDevice, putDevices, reportOf, requestDeviceCode } from "../fixtures/devices.ts";
import { follow } from "../fixtures/members.ts";
import { addSecret } from "../fixtures/secrets.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person };

/** An organization with so many devices that their summary is kept. */
function many(place: () => Place): Case[] {
  let made: ID<"organization"> | undefined;
  const summarize = async () => {
    const { api, ada } = place();
    made ??= await linkMany(api, ada);
    return () => api.call("GET", `/organizations/${made}/devices/summary`, { token: ada.token });
  };
  const prepare = { of: "device.summarize", auth: "member" } as const;
  return [
    { ...prepare, case: "1,000 devices, in teams", prepare: summarize },
    {
      ...prepare,
      case: "1,000 devices, a moment later",
      prepare: async () => {
        const run = await summarize();
        await run();
        return run;
      },
    },
  ];
}

async function linkMany(api: TestApi, owner: Person): Promise<ID<"organization">> {
  const organization = await api.organization(owner, "Many devices");
  await api.team(organization, "All", [owner]);
  await api.world.table.write(update(organizationKeys.organization(organization), { set: { teams: 1 } }));
  const member = await api.world.table.get(memberKeys.member(organization, owner.account));
  await follow(member ? [{ after: member }] : []);
  const row = () => deviceRow(organization, { account: owner.account, report: reportOf(0) });
  await putDevices(api.world, Array.from({ length: 1_000 }, row));
  return organization;
}

/** What people and clients do to link devices, in an organization of its own. */
export function deviceCases(place: () => Place): Case[] {
  let organization: ID<"organization"> | undefined;
  const home = async () => {
    organization ??= await place().api.organization(place().ada, "Devices");
    return organization;
  };
  const linked = async () =>
    linkDevice(place().api.world, { account: place().ada.account, organization: await home() });
  const send = (method: string, path: string, json?: object) => {
    const { api, ada } = place();
    return () => api.call(method, path, { token: ada.token, ...(json && { json }) });
  };
  const waiting = async () => {
    await home();
    return requestDeviceCode(place().api);
  };
  const approve = async (userCode: string) => {
    const { api, ada } = place();
    const { token } = await api.world.person(ada.email);
    const json = { userCode, organization: await home() };
    return () => api.call("POST", "/device-authorization/approve", { token, json });
  };
  const exchange = (device_code: string) => {
    const json = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code };
    return () => place().api.call("POST", "/device-token", { json });
  };

  /** A member who is removed with 2 devices that fetched 3 API keys, in an organization of its own. */
  const departed = async () => {
    const { api } = place();
    const owner = await api.stranger();
    const organization = await api.organization(owner, "Devices");
    const { account } = await api.member(organization, "read");
    const secrets: ID<"secret">[] = [];
    for (let n = 0; n < 3; n++) secrets.push(await addSecret(api.world, organization));
    for (let n = 0; n < 2; n++) {
      const device = await linkDevice(api.world, { account, organization });
      for (const id of secrets) await fetchSecret(api.world, device, { id });
    }
    const at = `/organizations/${organization}`;
    const remove = () => api.call("DELETE", `${at}/members/${account}`, { token: owner.token });
    const record = async () => {
      await remove();
      await asSystem("follow", () => Audit.follow({ owner: organization }));
      const { items } = await api.world.table.query({ ...auditKeys.log(organization), to: "9", newestFirst: true });
      const event = Audit.announcement(items[0] as never);
      return () => asSystem("work", () => react(event as never));
    };
    const read = async (path: string) => {
      await (await record())();
      const { items } = await api.world.table.query(departureKeys.departures(organization));
      return () =>
        api.call("GET", `${at}/departures${path && `/${items[0]?.sk}${path === "/" ? "" : path}`}`, {
          token: owner.token,
        });
    };
    return {
      record,
      read,
      preview: () => api.call("GET", `${at}/members/${account}/departure`, { token: owner.token }),
    };
  };

  return [
    {
      of: "a departure",
      case: "with 2 devices and 3 API keys",
      auth: "nobody",
      prepare: async () => (await departed()).record(),
    },
    { of: "departure.list", auth: "member", prepare: async () => (await departed()).read("") },
    {
      of: "departure.get",
      case: "with 2 devices and 3 API keys",
      auth: "member",
      prepare: async () => (await departed()).read("/"),
    },
    {
      of: "sync.certify",
      case: "with 2 devices and 3 API keys",
      auth: "member",
      prepare: async () => (await departed()).read("/certificate"),
    },
    {
      of: "departure.preview",
      case: "with 2 devices and 3 API keys",
      auth: "member",
      prepare: async () => (await departed()).preview,
    },
    {
      of: "device.authorize",
      auth: "nobody",
      prepare: async () => () => place().api.call("POST", "/device-authorization", { json: clientOf() }),
    },
    {
      of: "device.review",
      auth: "session",
      prepare: async () => {
        const { user_code: userCode } = await waiting();
        return send("POST", "/device-authorization/review", { userCode });
      },
    },
    { of: "device.approve", auth: "session", prepare: async () => approve((await waiting()).user_code) },
    {
      of: "device.deny",
      auth: "session",
      prepare: async () => {
        const { user_code: userCode } = await waiting();
        return send("POST", "/device-authorization/deny", { userCode });
      },
    },
    {
      of: "a client",
      case: "asks for a device that is not approved yet",
      auth: "nobody",
      prepare: async () => exchange((await waiting()).device_code),
    },
    {
      of: "device.exchange",
      auth: "nobody",
      prepare: async () => {
        const { device_code, user_code } = await waiting();
        await (await approve(user_code))();
        return exchange(device_code);
      },
    },
    {
      of: "a device",
      case: "is in contact, hourly",
      auth: "nobody",
      prepare: async () => {
        const { account, id } = await linked();
        const { clock, table } = place().api.world;
        const row = await table.get({ pk: account, sk: id });
        const before = new Date(clock.at - hourMs).toISOString();
        return () => credential.touch({ ...row, contactAt: before } as never);
      },
    },
    { of: "device.mine", auth: "session", prepare: async () => (await linked()) && send("GET", "/devices") },
    {
      of: "device.rename",
      auth: "session",
      prepare: async () => send("PATCH", `/devices/${(await linked()).id}`, { name: "Another" }),
    },
    {
      of: "device.revokeOwn",
      auth: "session",
      prepare: async () => send("DELETE", `/devices/${(await linked()).id}`),
    },
    {
      of: "device.get",
      auth: "member",
      prepare: async () => send("GET", `/organizations/${await home()}/devices/${(await linked()).id}`),
    },
    {
      of: "device.export",
      auth: "member",
      prepare: async () => send("GET", `/organizations/${await home()}/devices/export`),
    },
    {
      of: "sync.listReceipts",
      auth: "member",
      prepare: async () => send("GET", `/organizations/${await home()}/devices/${(await linked()).id}/receipts`),
    },
    {
      of: "device.list",
      auth: "member",
      prepare: async () => send("GET", `/organizations/${await home()}/devices`),
    },
    {
      of: "device.summarize",
      case: "a device",
      auth: "member",
      prepare: async () => {
        const inside = await home();
        return (await linked()) && send("GET", `/organizations/${inside}/devices/summary`);
      },
    },
    ...many(place),
    {
      of: "device.mark",
      auth: "member",
      prepare: async () =>
        send("PATCH", `/organizations/${await home()}/devices/${(await linked()).id}`, { isCanary: true }),
    },
    {
      of: "device.revoke",
      auth: "member",
      prepare: async () => send("DELETE", `/organizations/${await home()}/devices/${(await linked()).id}`),
    },
  ];
}
