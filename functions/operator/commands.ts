import * as Audit from "@muster/core/audit/audit.ts";
import type { ID } from "@muster/core/kernel/id.ts";
import { unblock } from "@muster/core/mail/block.ts";
import * as Organization from "@muster/core/organization/operator.ts";
import { type Asked, Misused, type Name } from "./arguments.ts";

/** What a command answers: for a program, and in words. */
export type Answer = { data: object; text: string; wrong?: true };

/** @throws whatever the domain refuses with, Misused */
export function run({ name, values }: Asked): Promise<Answer> {
  const [first = "", second = ""] = values;
  return runs[name](first, second);
}

const runs: Record<Name, (first: string, second: string) => Promise<Answer>> = {
  seats: async (organization, text) => {
    const data = await Organization.grant({ organization, seats: numberOf(text) });
    return { data, text: `It has ${data.to} seats now; before it had ${data.from}.` };
  },

  suspend: async (organization) => {
    const data = await Organization.suspend({ organization });
    return {
      data,
      text: data.changed
        ? "It is suspended: its owners may look, and nobody may do anything."
        : "It was suspended already.",
    };
  },

  lift: async (organization) => {
    const data = await Organization.lift({ organization });
    return { data, text: data.changed ? "It is open again." : "It was not suspended." };
  },

  show: async (organization) => {
    const data = await Organization.inspect({ organization });
    return { data, text: table(data) };
  },

  verify: async (organization) => {
    const { log } = await Organization.inspect({ organization });
    const wrong = await Audit.verify(organization as ID<"organization">);
    const whole = wrong.length === 0;
    return {
      data: { whole, wrong },
      text: whole ? `The log is whole: ${countEvents(log.length)}.` : wrong.join("\n"),
      ...(!whole && { wrong: true }),
    };
  },

  unblock: async (email) => {
    const { was } = await unblock({ email });
    const since = Object.entries(was).map(([why, at]) => `${why} ${at}`);
    return {
      data: { was },
      text: since.length > 0 ? `Mail goes through again; it had ${since.join(" and ")}.` : "It was not blocked.",
    };
  },
};

function table({ log, seats, ...info }: Organization.Info): string {
  const rows = {
    Organization: info.organization,
    Name: info.name,
    Created: info.createdAt,
    State: info.growth ? info.state : `${info.state}, may not invite`,
    Plan: info.granted ? `${info.plan}, seats granted` : info.plan,
    Seats: `${seats.capacity}: ${seats.used} in use, ${seats.held} held by invitations`,
    Owners: info.owners,
    Log: `${countEvents(log.length)}, ${log.announced} announced`,
  };
  return Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(14)}${value}`)
    .join("\n");
}

const countEvents = (count: number) => (count === 1 ? "1 event" : `${count} events`);

function numberOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Misused("<seats> is a whole number.");
  return Number(text);
}
