import type * as Audit from "@muster/core/audit/audit.ts";
import { follow } from "@muster/core/audit/audit.ts";
import { auditKeys } from "@muster/core/audit/keys.ts";
import type { ID } from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { project } from "@muster/core/search/search.ts";
import { update } from "@muster/core/table/table.ts";
import { cleanUp, react } from "@muster/core/team/cleanup.ts";
import { accountOf, addMembers } from "../fixtures/members.ts";
import type { TestApi } from "../worlds/api.ts";
import { view } from "../worlds/follower.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Member = Pick<Person, "account">;
type Place = { api: TestApi; ada: Person; acme: ID<"organization"> };

/** Actions of people and workers on teams, in an organization of its own. */
export function teamCases(place: () => Place): Case[] {
  let organization: ID<"organization"> | undefined;
  let number = 0;
  const organizationRow = async () => {
    if (organization) return organization;
    const { api, ada } = place();
    organization = await api.organization(ada, "Teams");
    // what the hour's first request writes belongs to no case
    await api.call("GET", "/account", { token: ada.token });
    return organization;
  };
  const send = async (method: string, path: string, json?: object, person = place().ada) => {
    const at = `/organizations/${await organizationRow()}${path}`;
    return () => place().api.call(method, at, { token: person.token, ...(json && { json }) });
  };
  const team = async (people: readonly Member[] = []) =>
    place().api.team(await organizationRow(), `Costs ${number++}`, people);
  const members = async (count: number): Promise<Member[]> => {
    const people = Array.from({ length: count }, () => {
      const name = `Member ${number++}`;
      return { name, email: `${name.replace(" ", "-").toLowerCase()}@example.com`, role: "read" as const };
    });
    await addMembers(place().api.world, await organizationRow(), people);
    return people.map((one) => ({ account: accountOf(one) }));
  };
  const person = async () => place().api.member(await organizationRow(), "read");
  const led = async () => {
    const one = await person();
    const id = await team([one]);
    const key = memberKeys.member(await organizationRow(), one.account);
    await place().api.world.table.write(update(key, { add: { leads: new Set([id]) } }));
    return { one, id };
  };
  const accountsOf = (people: readonly Member[]) => ({ accounts: people.map(({ account }) => account) });
  const work = (run: () => Promise<unknown>) => () => asSystem("costs", run);
  /** A team with so many members, all with search rows. */
  const filled = async (count: number) => {
    const people = await members(count);
    const id = await team(people);
    const owner = await organizationRow();
    const rows = await place().api.world.table.getMany(people.map(({ account }) => memberKeys.member(owner, account)));
    const changes = rows.flatMap((after) => (after ? [{ after }] : []));
    await asSystem("costs", () => project({ changes }));
    return { id, changes };
  };
  const deleted = async (id: ID<"team">) => {
    await (await send("DELETE", `/teams/${id}`))();
    await asSystem("costs", async () => follow({ owner: await organizationRow() }));
    const query = { ...auditKeys.log(await organizationRow()), to: "9", limit: 1, newestFirst: true };
    const [last] = (await place().api.world.table.query(query)).items;
    return {
      owner: await organizationRow(),
      seq: Number(last?.sk),
      event: last?.id,
      type: last?.type,
    } as Audit.Announcement;
  };

  return [
    {
      of: "team.create",
      auth: "member",
      prepare: async () =>
        send("POST", "/teams", {
          name: "Design",
          description: "Draws.",
        }),
    },
    {
      of: "team.get",
      auth: "member",
      prepare: async () => send("GET", `/teams/${await team()}`),
    },
    {
      of: "team.list",
      case: "30 teams",
      auth: "member",
      prepare: async () => {
        for (let count = 2; count < 30; count++) await team();
        return send("GET", "/teams");
      },
    },
    {
      of: "team.edit",
      auth: "member",
      prepare: async () => send("PATCH", `/teams/${await team()}`, { name: "Research" }),
    },
    {
      of: "team.remove",
      auth: "member",
      prepare: async () => send("DELETE", `/teams/${await team()}`),
    },
    {
      of: "team.addMembers",
      case: "1 member",
      auth: "member",
      prepare: async () => send("POST", `/teams/${await team()}/members`, accountsOf(await members(1))),
    },
    {
      of: "team.addMembers",
      case: "25 members",
      auth: "member",
      prepare: async () => send("POST", `/teams/${await team()}/members`, accountsOf(await members(25))),
    },
    {
      of: "team.removeMembers",
      case: "1 member",
      auth: "member",
      prepare: async () => {
        const people = await members(1);
        return send("POST", `/teams/${await team(people)}/members/remove`, accountsOf(people));
      },
    },
    {
      of: "team.leave",
      auth: "member",
      prepare: async () => {
        const one = await person();
        return send("POST", `/teams/${await team([one])}/leave`, undefined, one);
      },
    },
    {
      of: "member.get",
      case: "in a team, of 30",
      auth: "member",
      prepare: async () => {
        const people = await members(1);
        await team(people);
        return send("GET", `/members/${String(people[0]?.account)}`);
      },
    },
    {
      of: "member.list",
      case: "25 of a team",
      auth: "member",
      prepare: async () => send("GET", `/members?team=${(await filled(25)).id}`),
    },
    {
      of: "invitation.accept",
      case: "into a team",
      auth: "session",
      prepare: async () => {
        const stranger = await place().api.stranger();
        const teams = new Set([await team()]);
        const token = await place().api.invitation(await organizationRow(), stranger.email, { teams });
        return () =>
          place().api.call("POST", "/invitations/accept", {
            token: stranger.token,
            json: { token },
          });
      },
    },
    {
      of: "follow",
      case: "1 event of a team",
      auth: "nobody",
      prepare: async () => {
        const owner = await organizationRow();
        await asSystem("costs", () => follow({ owner }));
        await (await send("POST", `/teams/${await team()}/members`, accountsOf(await members(1))))();
        return work(() => follow({ owner }));
      },
    },
    {
      of: "view",
      case: "a new member of a team",
      auth: "nobody",
      prepare: async () => {
        const { changes } = await filled(1);
        return work(() => view(changes));
      },
    },
    {
      of: "react",
      case: "a deleted team",
      auth: "nobody",
      prepare: async () => {
        const announcement = await deleted(await team());
        return work(() => react(announcement));
      },
    },
    {
      of: "cleanUp",
      case: "a team of 25",
      auth: "nobody",
      prepare: async () => {
        const { id } = await filled(25);
        await deleted(id);
        const job = {
          job: "cleanUp" as const,
          organization: await organizationRow(),
          team: id,
        };
        return work(() => cleanUp(job));
      },
    },
    {
      of: "team.addMembers",
      case: "1 member, by a lead",
      auth: "member",
      prepare: async () => {
        const { one, id } = await led();
        return send("POST", `/teams/${id}/members`, accountsOf(await members(1)), one);
      },
    },
    {
      of: "team.edit",
      case: "who sees it",
      auth: "member",
      prepare: async () => send("PATCH", `/teams/${await team()}`, { visibility: "private" }),
    },
    {
      of: "team.list",
      case: "one's own",
      auth: "member",
      prepare: async () => {
        const one = await person();
        for (let count = 0; count < 3; count++) await team([one]);
        return send("GET", "/teams?of=own", undefined, one);
      },
    },
    {
      of: "team.list",
      case: "found by a word",
      auth: "member",
      prepare: async () => {
        for (const name of ["Support North", "Support South"]) await (await send("POST", "/teams", { name }))();
        return send("GET", "/teams?search=support");
      },
    },
    {
      of: "team.addLead",
      auth: "member",
      prepare: async () => {
        const people = await members(1);
        return send("POST", `/teams/${await team(people)}/leads`, people[0]);
      },
    },
    {
      of: "team.removeLead",
      auth: "member",
      prepare: async () => {
        const { one, id } = await led();
        return send("POST", `/teams/${id}/leads/remove`, { account: one.account }, one);
      },
    },
  ];
}
