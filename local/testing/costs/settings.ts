import type { ID } from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { count } from "@muster/core/setting/cohort.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person };

const telemetry = (value: boolean, isLocked = false) => ({ fields: { "features.telemetry": { value, isLocked } } });

const websites = Array.from({ length: 50_000 }, (_, i) => `site-${i}.example.com`);

/** What people do with the settings that have layers, in an organization of its own. */
export function settingCases(place: () => Place): Case[] {
  let organization: ID<"organization"> | undefined;
  let team: ID<"team"> | undefined;
  const organizationRow = async () => {
    organization ??= await place().api.organization(place().ada, "Settings");
    return organization;
  };
  const send = async (method: string, path: string, json?: object) => {
    const at = `/organizations/${await organizationRow()}/settings${path}`;
    return () => place().api.call(method, at, { token: place().ada.token, ...(json && { json }) });
  };
  const revision = async () =>
    (await place().api.world.table.get(organizationKeys.organization(await organizationRow())))?.revision ?? 0;
  const change = async (path: string, input: object) => send("PATCH", path, { revision: await revision(), ...input });
  const design = async () => {
    team ??= await place().api.team(await organizationRow(), "Design", [place().ada]);
    return `/teams/${team}`;
  };
  return [
    { of: "setting.change", case: "one", auth: "member", prepare: () => change("", telemetry(true)) },
    {
      of: "setting.change",
      case: "one of each section",
      auth: "member",
      prepare: () =>
        change("", {
          fields: {
            "features.processing": { value: false },
            "models.isRestricted": { value: true },
            "sources.isManaged": { value: true },
            "websites.denied": { value: ["example.com"] },
          },
        }),
    },
    { of: "setting.exportDocument", auth: "member", prepare: () => send("GET", "/document") },
    {
      of: "setting.importDocument",
      auth: "member",
      prepare: async () =>
        send("POST", "/document", {
          document: "sources:\n  audioCapture: { value: true }\n",
          revision: await revision(),
        }),
    },
    { of: "setting.getCatalog", auth: "member", prepare: () => send("GET", "/catalog") },
    { of: "setting.get", auth: "member", prepare: () => send("GET", "") },
    { of: "setting.history", case: "2 revisions", auth: "member", prepare: () => send("GET", "/history") },
    {
      of: "setting.restore",
      case: "one revision back",
      auth: "member",
      prepare: async () => {
        const current = await revision();
        return send("POST", "/restore", { revision: current, to: current - 1 });
      },
    },
    { of: "setting.choose", auth: "member", prepare: () => send("PATCH", "/own", telemetry(false)) },
    {
      of: "setting.changeTeam",
      auth: "member",
      prepare: async () => change(await design(), telemetry(false)),
    },
    { of: "setting.getOwn", auth: "member", prepare: () => send("GET", "/own") },
    { of: "setting.getTeam", auth: "member", prepare: async () => send("GET", await design()) },
    {
      of: "setting.effective",
      case: "of a member of one team",
      auth: "member",
      prepare: () => send("GET", "/effective"),
    },
    {
      of: "setting.preview",
      case: "one setting of members of one team",
      auth: "member",
      prepare: async () => {
        await design();
        const row = await place().api.world.table.get(memberKeys.member(await organizationRow(), place().ada.account));
        await asSystem("view", () => count({ changes: row ? [{ after: row }] : [] }));
        return send("POST", "/preview", telemetry(true));
      },
    },
    {
      of: "setting.previewTeam",
      auth: "member",
      prepare: async () => send("POST", `${await design()}/preview`, telemetry(true)),
    },
    {
      of: "setting.getWebsites",
      case: "50,000",
      auth: "member",
      prepare: async () => {
        await (await change("", { fields: { "websites.denied": { value: websites } } }))();
        return send("GET", "/websites");
      },
    },
    {
      of: "setting.change",
      case: "one website more of 50,000",
      auth: "member",
      prepare: () => change("", { fields: { "websites.denied": { add: ["one.example.org"], remove: [websites[0]] } } }),
    },
  ];
}
