import { addressOf } from "@muster/core/account/account.ts";
import { daySeconds } from "@muster/core/base/duration.ts";
import * as ID from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Member from "@muster/core/member/member.ts";
import { restorableDays } from "@muster/core/organization/limits.ts";
import * as Clock from "@muster/core/purge/due.ts";
import * as Purge from "@muster/core/purge/run.ts";
import { linkDevice } from "../fixtures/devices.ts";
import { addMembers } from "../fixtures/members.ts";
import { addPasskey } from "../fixtures/passkeys.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

const members = 24;

/** The costs of deleting an organization, restoring it, and purging it. */
export function deletionCases(place: () => { api: TestApi }): Case[] {
  let organization: ID.ID<"organization">;
  let owner: Person;
  const call = (more: string, json?: object) => {
    const { api } = place();
    return api.call("POST", `/organizations/${organization}/deletion${more}`, {
      token: owner.token,
      ...(json && { json }),
    });
  };
  const remove = () => call("", { name: "Delta" });
  const round = () => asSystem("costs", () => Purge.run({ job: "purge", organization }));

  return [
    {
      of: "account.previewDeletion",
      case: "owner of 1 organization",
      auth: "session",
      why: "A query of the account's memberships, then the organizations that it owns.",
      prepare: async () => {
        const { api } = place();
        const { token } = (owner = await api.stranger());
        await api.organization(owner, "Delta");
        return () => api.call("GET", "/account/deletion", { token });
      },
    },
    {
      of: "account.secure",
      case: "in 1 organization, with a passkey and a device",
      auth: "session",
      why: "Passkeys, devices, organizations, and sessions are each one query. Each passkey, device, and organization is one write with its event; the devices' members are read.",
      prepare: async () => {
        const { api } = place();
        const person = await api.stranger();
        const { account, token } = person;
        await linkDevice(api.world, { account, organization: await api.organization(person, "Epsilon") });
        await addPasskey(api.world, person);
        return () => api.call("POST", "/account/secure", { token });
      },
    },
    {
      of: "account.delete",
      case: "in 1 organization",
      auth: "session",
      why: "Its organizations twice, before and while they are left; each is left in one write, like any departure. Then the profile, the address and the event, and the sessions.",
      prepare: async () => {
        const { api } = place();
        owner = await api.stranger();
        organization = await api.organization(owner, "Delta");
        const leaver = await api.stranger();
        const { account, email } = leaver;
        const steps = Member.joining(
          organization,
          {
            account,
            email,
            name: "Eve",
            color: "teal",
            address: addressOf(email),
          },
          "read",
        );
        await api.world.table.write(...steps);
        return () =>
          api.call("POST", "/account/deletion", {
            token: leaver.token,
            json: { email },
          });
      },
    },
    {
      of: "organization.delete",
      auth: "member",
      why: "The organization and the event. The clock finds it by a list. +1 RRU, 2 WRU: that it is not a customer, or the marker that ends its payment.",
      prepare: async () => {
        const { api } = place();
        owner = await api.stranger();
        organization = await api.organization(owner, "Delta");
        const people = Array.from({ length: members }, (_, n) => `delta-${n}@example.com`);
        await addMembers(
          api.world,
          organization,
          people.map((email) => ({
            name: "Somebody",
            email,
            role: "read" as const,
          })),
        );
        return remove;
      },
    },
    {
      of: "organization.restore",
      auth: "member",
      why: "Like deleting it. Whether it is a customer is read with authentication.",
      prepare: async () => () => call("/undo"),
    },
    {
      of: "clock, a purge is due",
      auth: "nobody",
      why: "The list of those that are due, and whether a purge is running.",
      prepare: async () => {
        await remove();
        place().api.world.clock.pass(restorableDays * daySeconds);
        return () => asSystem("costs", () => Clock.due({}));
      },
    },
    {
      of: "purge",
      case: "25 members",
      auth: "nobody",
      why: "2 WRU per row, since it is counted in the write that deletes it. Most reads are of hours with possible due rows.",
      prepare: async () => round,
    },
    {
      of: "purge",
      case: "a round that finds nothing",
      auth: "nobody",
      why: "A query of every place.",
      prepare: async () => round,
    },
  ];
}
