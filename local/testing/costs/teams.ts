import type * as Audit from "@muster/core/audit/audit.ts";
import { follow } from "@muster/core/audit/audit.ts";
import type { ID } from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
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
    const query = { ...kernelKeys.log(await organizationRow()), to: "9", limit: 1, newestFirst: true };
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
      why: "Team, name, event, the number of teams, which is on the organization's row, and 2 WRU for each word of the name, which finds it.",
      prepare: async () =>
        send("POST", "/teams", {
          name: "Design",
          description: "Draws.",
        }),
    },
    {
      of: "team.get",
      auth: "member",
      why: "The team and its number of members are read with authentication.",
      prepare: async () => send("GET", `/teams/${await team()}`),
    },
    {
      of: "team.list",
      case: "30 teams",
      auth: "member",
      why: "A query of the names, then ½ RRU for the number of members of each team that is shown.",
      prepare: async () => {
        for (let count = 2; count < 30; count++) await team();
        return send("GET", "/teams");
      },
    },
    {
      of: "team.edit",
      auth: "member",
      why: "Team, event, the old and the new name, their words, here three, and the organization, from which devices learn of it. Team and count are read with authentication.",
      prepare: async () => send("PATCH", `/teams/${await team()}`, { name: "Research" }),
    },
    {
      of: "team.remove",
      auth: "member",
      why: "Like creating one, here of two words. Its members are cleaned up afterwards.",
      prepare: async () => send("DELETE", `/teams/${await team()}`),
    },
    {
      of: "team.addMembers",
      case: "1 member",
      auth: "member",
      why: "Budget 4 + 1 WRU. +2 WRU: a check that the team still exists. Team and membership are read with authentication.",
      prepare: async () => send("POST", `/teams/${await team()}/members`, accountsOf(await members(1))),
    },
    {
      of: "team.addMembers",
      case: "25 members",
      auth: "member",
      why: "One write: 2 + 1 WRU per member. The event names all 25, so it is larger than 1 KB.",
      prepare: async () => send("POST", `/teams/${await team()}/members`, accountsOf(await members(25))),
    },
    {
      of: "team.removeMembers",
      case: "1 member",
      auth: "member",
      why: "As budgeted for adding one; nothing is checked.",
      prepare: async () => {
        const people = await members(1);
        return send("POST", `/teams/${await team(people)}/members/remove`, accountsOf(people));
      },
    },
    {
      of: "team.leave",
      auth: "member",
      why: "Like being removed; the actor's membership is already read.",
      prepare: async () => {
        const one = await person();
        return send("POST", `/teams/${await team([one])}/leave`, undefined, one);
      },
    },
    {
      of: "member.get",
      case: "in a team, of 30",
      auth: "member",
      why: "+1 trip, 1 RRU per team: its name, however many teams there are.",
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
      why: "Like a search. +1 RRU: the team, which is read with authentication. +1 trip, 1 RRU per team: its name.",
      prepare: async () => send("GET", `/members?team=${(await filled(25)).id}`),
    },
    {
      of: "invitation.accept",
      case: "into a team",
      auth: "session",
      why: "+1 trip, 1 RRU per team: whether the invitation's team still exists.",
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
      why: "+1 trip, 1 RRU: whether the team still exists. +2 WRU: its number of members.",
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
      why: "Budget 6 WRU for the search. +2 trips, 1 RRU, 4 WRU: the member counts as active. +1 trip, 1 RRU per team: whether it was deleted before the search rows knew of its member. +1 trip, 1 RRU: the profile. +2 trips, 2 RRU, 6 WRU: the cohort of the member.",
      prepare: async () => {
        const { changes } = await filled(1);
        return work(() => view(changes));
      },
    },
    {
      of: "react",
      case: "a deleted team",
      auth: "nobody",
      why: "The event; the rest is a job of its own.",
      prepare: async () => {
        const announcement = await deleted(await team());
        return work(() => react(announcement));
      },
    },
    {
      of: "cleanUp",
      case: "a team of 25",
      auth: "nobody",
      why: "Whether it is deleted, its settings, the search rows of its members, and a write for each, independent of the others.",
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
      why: "+2 WRU: a check that the caller still leads the team.",
      prepare: async () => {
        const { one, id } = await led();
        return send("POST", `/teams/${id}/members`, accountsOf(await members(1)), one);
      },
    },
    {
      of: "team.edit",
      case: "who sees it",
      auth: "member",
      why: "Team, event, and the name and its words, here two, which lists and searches read.",
      prepare: async () => send("PATCH", `/teams/${await team()}`, { visibility: "private" }),
    },
    {
      of: "team.list",
      case: "one's own",
      auth: "member",
      why: "The caller's teams and their member counts by their ids, at once.",
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
      why: "A query of the words, then 1 RRU for each team found, and ½ for its number of members.",
      prepare: async () => {
        for (const name of ["Support North", "Support South"]) await (await send("POST", "/teams", { name }))();
        return send("GET", "/teams?search=support");
      },
    },
    {
      of: "team.addLead",
      auth: "member",
      why: "Like adding a member.",
      prepare: async () => {
        const people = await members(1);
        return send("POST", `/teams/${await team(people)}/leads`, people[0]);
      },
    },
    {
      of: "team.removeLead",
      auth: "member",
      why: "Like removing a member.",
      prepare: async () => {
        const { one, id } = await led();
        return send("POST", `/teams/${id}/leads/remove`, { account: one.account }, one);
      },
    },
  ];
}
