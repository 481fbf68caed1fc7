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

/** Lists the work of people with the settings that have layers, in an organization of its own. */
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
    {
      of: "setting.change",
      case: "one",
      auth: "member",
      why: "Organization, section, history, event. The sections are read with authentication.",
      prepare: () => change("", telemetry(true)),
    },
    {
      of: "setting.change",
      case: "one of each section",
      auth: "member",
      why: "Four sections and an event for each; what the operator says of models.",
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
    {
      of: "setting.exportDocument",
      auth: "member",
      why: "As the settings, with General. +2 calls: a limit, and what teams override.",
      prepare: () => send("GET", "/document"),
    },
    {
      of: "setting.importDocument",
      auth: "member",
      why: "A limit, then as a change of the settings, with General.",
      prepare: async () =>
        send("POST", "/document", {
          document: "sources:\n  audioCapture: { value: true }\n",
          revision: await revision(),
        }),
    },
    {
      of: "setting.getCatalog",
      auth: "member",
      why: "The catalog is read with authentication.",
      prepare: () => send("GET", "/catalog"),
    },
    {
      of: "setting.get",
      auth: "member",
      why: "The sections are read with authentication.",
      prepare: () => send("GET", ""),
    },
    {
      of: "setting.history",
      case: "2 revisions",
      auth: "member",
      why: "One query.",
      prepare: () => send("GET", "/history"),
    },
    {
      of: "setting.restore",
      case: "one revision back",
      auth: "member",
      why: "The revisions since, then as a change.",
      prepare: async () => {
        const current = await revision();
        return send("POST", "/restore", { revision: current, to: current - 1 });
      },
    },
    {
      of: "setting.choose",
      auth: "member",
      why: "The choices lie on the membership.",
      prepare: () => send("PATCH", "/own", telemetry(false)),
    },
    {
      of: "setting.changeTeam",
      auth: "member",
      why: "As a section. +2 WRU: a check that the team exists.",
      prepare: async () => change(await design(), telemetry(false)),
    },
    {
      of: "setting.getOwn",
      auth: "member",
      why: "The membership is read with authentication.",
      prepare: () => send("GET", "/own"),
    },
    {
      of: "setting.getTeam",
      auth: "member",
      why: "Team and row are read with authentication.",
      prepare: async () => send("GET", await design()),
    },
    {
      of: "setting.effective",
      case: "of a member of one team",
      auth: "member",
      why: "Sections and operator are read with authentication; +1 call: the member's teams.",
      prepare: () => send("GET", "/effective"),
    },
    {
      of: "setting.preview",
      case: "one setting of members of one team",
      auth: "member",
      why: "A limit. The sections are read with authentication. Names and overrides of the teams, the cohorts, the API keys, and the number of members, which is read again while an event waits; nothing of a member.",
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
      why: "As a preview of the organization's settings. +1 trip, 2 RRU: the team, and what it overrides.",
      prepare: async () => send("POST", `${await design()}/preview`, telemetry(true)),
    },
    {
      of: "setting.getWebsites",
      case: "50,000",
      auth: "member",
      why: "64 parts, beside the sections.",
      prepare: async () => {
        await (await change("", { fields: { "websites.denied": { value: websites } } }))();
        return send("GET", "/websites");
      },
    },
    {
      of: "setting.change",
      case: "one website more of 50,000",
      auth: "member",
      why: "The parts are read to know what changes; one of 64 is written.",
      prepare: () => change("", { fields: { "websites.denied": { add: ["one.example.org"], remove: [websites[0]] } } }),
    },
  ];
}
