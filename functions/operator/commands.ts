import * as Audit from "@muster/core/audit/audit.ts";
import { isFailure } from "@muster/core/base/failure.ts";
import type { ID } from "@muster/core/base/id.ts";
import * as Rotation from "@muster/core/key/rotation.ts";
import { getBacklog } from "@muster/core/mail/backlog.ts";
import { resume } from "@muster/core/mail/reputation.ts";
import { removeSuppression } from "@muster/core/mail/suppression.ts";
import { grant } from "@muster/core/organization/grant.ts";
import * as Organization from "@muster/core/organization/operator.ts";
import { failures as organizationFailures } from "@muster/core/organization/organization.ts";
import * as Purge from "@muster/core/purge/report.ts";
import { kinds } from "@muster/core/purge/row.ts";
import { recount } from "@muster/core/setting/recount.ts";
import type { Name, Request } from "./arguments.ts";
import { textOfBacklog } from "./backlog-text.ts";
import { billingRuns } from "./billing-commands.ts";
import { type Place, runSecrets } from "./secrets-commands.ts";
import { runCatalog, runDefaults, textOfRecount } from "./settings-commands.ts";
import { type Answer, lined, numberOf } from "./text.ts";

/**
 * @param place where the secrets are, and where new ones come from
 * @throws any failure of the domain, UsageError
 */
export function run({ name, values, ...options }: Request, place: () => Place): Promise<Answer> {
  const [first = "", second = "", third] = values;
  if (name === "secrets") return runSecrets(values, options, place());
  if (name === "catalog") return runCatalog(first, () => place().input());
  if (name === "defaults") return runDefaults(values, options.plan);
  return runs[name](first, second, third);
}

const runs: Record<
  Exclude<Name, "secrets" | "catalog" | "defaults">,
  (first: string, second: string, third?: string) => Promise<Answer>
> = {
  ...billingRuns,

  seats: async (organization, text, until) => {
    const data = await grant({ organization, seats: numberOf("seats", text), ...(until && { until }) });
    const now = `${data.capacity - data.to} of its plan and ${data.to} granted${untilOf(data)}`;
    return { data, text: `It has ${data.capacity} seats: ${now}. Before, ${data.from} were granted.` };
  },

  suspend: async (organization) => {
    const data = await Organization.suspend({ organization });
    return {
      data,
      text: data.changed ? "Suspended. Owners can view it and manage payment only." : "It was already suspended.",
    };
  },

  reactivate: async (organization) => {
    const data = await Organization.reactivate({ organization });
    return { data, text: data.changed ? "Reactivated." : "It was not suspended." };
  },

  show: async (organization) => {
    try {
      const data = await Organization.inspect({ organization });
      return { data, text: table(data) };
    } catch (error) {
      const [data] = isMissing(error) ? (await Purge.list({ organization })).items : [];
      if (!data) throw error;
      return { data, text: tableOfPurge(data) };
    }
  },

  purges: async () => {
    const data = await Purge.list({});
    const lines = data.items.map(
      ({ organization, purgedAt, counts }) => `${purgedAt}  ${organization}  ${sumOf(counts)}`,
    );
    return { data, text: lines.length > 0 ? lines.join("\n") : "No organization was purged." };
  },

  verify: async (organization) => {
    const { log } = await Organization.inspect({ organization });
    const wrong = await Audit.verify(organization as ID<"organization">);
    const whole = wrong.length === 0;
    return {
      data: { whole, wrong },
      text: whole ? `The log is intact: ${countEvents(log.length)}.` : wrong.join("\n"),
      ...(!whole && { wrong: true }),
    };
  },

  "count-members": async (organization) => {
    const data = await recount({ organization });
    return { data, text: textOfRecount(data), ...(data.changing > 0 && { wrong: true }) };
  },

  "rotate-key": async () => {
    const data = await Rotation.rotate({});
    return {
      data,
      text: "Started. The clock renews the key and wraps all data keys by it. Follow it with: key-rotation",
    };
  },

  "key-rotation": async () => {
    const data = await Rotation.rotation({});
    return { data: data ?? {}, text: data ? tableOfRotation(data) : "The key was never rotated by a command." };
  },

  emails: async () => {
    const data = await getBacklog({});
    return { data, text: textOfBacklog(data) };
  },

  "remove-suppression": async (email) => {
    const { was } = await removeSuppression({ email });
    const since = Object.entries(was).map(([why, at]) => `${why} ${at}`);
    return {
      data: { was },
      text:
        since.length > 0 ? `Email is allowed again; the address had ${since.join(" and ")}.` : "It was not suppressed.",
    };
  },

  "resume-emails": async (organization) => {
    const data = await resume({ organization });
    return {
      data,
      text: data.changed ? "Its invitation emails are resumed." : "Its invitation emails were not paused.",
    };
  },
};

function table({ log, seats, ...info }: Organization.Info): string {
  const rows = {
    Organization: info.organization,
    Name: info.name,
    Created: info.createdAt,
    State: info.growth ? info.state : `${info.state}, may not invite`,
    Plan: info.plan,
    Seats: `${seats.capacity}: ${seats.used} in use, ${seats.held} held by invitations`,
    ...(info.granted && { Granted: `${info.granted.seats} of them${untilOf(info.granted)}` }),
    Owners: info.owners,
    Log: `${countEvents(log.length)}, ${log.announced} announced`,
    ...(info.mailsPaused && { Emails: `paused ${info.mailsPaused.at}: too many ${info.mailsPaused.why}` }),
    ...(info.deletedAt && { Deleted: `${info.deletedAt}, restorable until ${info.restorableUntil}` }),
  };
  return lined(rows);
}

function tableOfPurge({ organization, deletedAt, begunAt, purgedAt, counts }: Purge.Report): string {
  const erased = kinds.filter((kind) => counts[kind]).map((kind) => `${kind} ${counts[kind]}`);
  return lined({
    Organization: organization,
    State: "purged",
    Deleted: deletedAt,
    Purged: `${purgedAt}, begun ${begunAt}`,
    Erased: `${sumOf(counts)}: ${erased.join(", ")}`,
  });
}

function tableOfRotation({ startedAt, renewedAt, finishedAt, rewrapped, unreadable }: Rotation.Progress): string {
  return lined({
    Started: startedAt,
    "New key": renewedAt ?? "not yet",
    "Data keys": `${rewrapped} wrapped anew${unreadable > 0 ? `, ${unreadable} damaged` : ""}`,
    Finished: finishedAt ?? "not yet",
  });
}

const untilOf = ({ until }: { until?: string | undefined }) => (until ? `, until ${until}` : "");

const isMissing = (error: unknown) => isFailure(error, organizationFailures.missing);

const sumOf = (counts: Purge.Report["counts"]) =>
  `${Object.values(counts).reduce<number>((sum, one = 0) => sum + one, 0)} rows and objects`;

const countEvents = (count: number) => (count === 1 ? "1 event" : `${count} events`);
