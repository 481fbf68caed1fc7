import * as Audit from "@muster/core/audit/audit.ts";
import { hourMs } from "@muster/core/base/duration.ts";
import type { ID } from "@muster/core/base/id.ts";
import { departureKeys } from "@muster/core/departure/keys.ts";
import { react } from "@muster/core/departure/record.ts";
import { credential } from "@muster/core/device/credential.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
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
    {
      ...prepare,
      case: "1,000 devices, in teams",
      why: "One query for each megabyte of devices, after one of who is in which team; the names of the teams; and the summary is kept, once for all who ask.",
      prepare: summarize,
    },
    {
      ...prepare,
      case: "1,000 devices, a moment later",
      why: "The kept summary is read with authentication.",
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

/** Lists the requests of people and clients that link devices, in an organization of its own. */
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
      const { items } = await api.world.table.query({ ...kernelKeys.log(organization), to: "9", newestFirst: true });
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
      why: "Reads what the member's devices fetched, and these devices and API keys alone. Marks each of them, and writes the departure and an event.",
      prepare: async () => (await departed()).record(),
    },
    {
      of: "departure.list",
      auth: "member",
      why: "One query. The names of the people, and the versions of the API keys, in one trip.",
      prepare: async () => (await departed()).read(""),
    },
    {
      of: "departure.get",
      case: "with 2 devices and 3 API keys",
      auth: "member",
      why: "What it fetched, its devices and its API keys as they are now.",
      prepare: async () => (await departed()).read("/"),
    },
    {
      of: "sync.certify",
      case: "with 2 devices and 3 API keys",
      auth: "member",
      why: "The departure as it stands, a limit, and one signature.",
      prepare: async () => (await departed()).read("/certificate"),
    },
    {
      of: "departure.preview",
      case: "with 2 devices and 3 API keys",
      auth: "member",
      why: "The member's devices, what they fetched, and these API keys.",
      prepare: async () => (await departed()).preview,
    },
    {
      of: "device.authorize",
      auth: "nobody",
      why: "A limit, and the rows of both codes.",
      prepare: async () => () => place().api.call("POST", "/device-authorization", { json: clientOf() }),
    },
    {
      of: "device.review",
      auth: "session",
      why: "Two limits, which are given back when the code is right. Both codes, and the member's organizations.",
      prepare: async () => {
        const { user_code: userCode } = await waiting();
        return send("POST", "/device-authorization/review", { userCode });
      },
    },
    {
      of: "device.approve",
      auth: "session",
      why: "Limits and codes as before, membership and organization, and the decision.",
      prepare: async () => approve((await waiting()).user_code),
    },
    {
      of: "device.deny",
      auth: "session",
      why: "Limits and codes as before, and the decision.",
      prepare: async () => {
        const { user_code: userCode } = await waiting();
        return send("POST", "/device-authorization/deny", { userCode });
      },
    },
    {
      of: "a client",
      case: "asks for a device that is not approved yet",
      auth: "nobody",
      why: "The device code, and when it was asked for.",
      prepare: async () => exchange((await waiting()).device_code),
    },
    {
      of: "device.exchange",
      auth: "nobody",
      why: "Both rows of the device, where its name is, its number in the membership, an event, and a check that the organization is active.",
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
      why: "For its member, and for admins.",
      prepare: async () => {
        const { account, id } = await linked();
        const { clock, table } = place().api.world;
        const row = await table.get({ pk: account, sk: id });
        const before = new Date(clock.at - hourMs).toISOString();
        return () => credential.touch({ ...row, contactAt: before } as never);
      },
    },
    {
      of: "device.mine",
      auth: "session",
      why: "One query; the names of the organizations, and when they last knew of a contact.",
      prepare: async () => (await linked()) && send("GET", "/devices"),
    },
    {
      of: "device.rename",
      auth: "session",
      why: "Both rows and an event; the name of the organization.",
      prepare: async () => send("PATCH", `/devices/${(await linked()).id}`, { name: "Another" }),
    },
    {
      of: "device.revokeOwn",
      auth: "session",
      why: "Its three rows, their number in the membership, and an event.",
      prepare: async () => send("DELETE", `/devices/${(await linked()).id}`),
    },
    {
      of: "device.get",
      auth: "member",
      why: "The device is read with authentication; then the name of its member.",
      prepare: async () => send("GET", `/organizations/${await home()}/devices/${(await linked()).id}`),
    },
    {
      of: "device.export",
      auth: "member",
      why: "The same.",
      prepare: async () => send("GET", `/organizations/${await home()}/devices/export`),
    },
    {
      of: "sync.listReceipts",
      auth: "member",
      why: "One query, and the key of the device, by which they are verified.",
      prepare: async () => send("GET", `/organizations/${await home()}/devices/${(await linked()).id}/receipts`),
    },
    {
      of: "device.list",
      auth: "member",
      why: "One consistent query, and the names of the members.",
      prepare: async () => send("GET", `/organizations/${await home()}/devices`),
    },
    {
      of: "device.summarize",
      case: "a device",
      auth: "member",
      why: "One query. Up to 100 devices are counted each time.",
      prepare: async () => {
        const inside = await home();
        return (await linked()) && send("GET", `/organizations/${inside}/devices/summary`);
      },
    },
    ...many(place),
    {
      of: "device.mark",
      auth: "member",
      why: "Both rows and an event; the device is read with authentication, then the name of its member.",
      prepare: async () =>
        send("PATCH", `/organizations/${await home()}/devices/${(await linked()).id}`, { isCanary: true }),
    },
    {
      of: "device.revoke",
      auth: "member",
      why: "As one's own, and the row that admins see.",
      prepare: async () => send("DELETE", `/organizations/${await home()}/devices/${(await linked()).id}`),
    },
  ];
}
