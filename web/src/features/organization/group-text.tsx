import type { ReactNode } from "react";
import type { OrganizationEvent } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { ImportLink, named, rolesOf, sectionText, TeamLink } from "./event-parts.tsx";
import type { DataOf, EventType } from "./event-shape.ts";
import type { Names } from "./use-names.ts";

// What several events of one type are called together.

type Together<D> = {
  /** What the events of a group have in common besides their type; undefined for one that is told alone. */
  by?: (data: D, actor: string) => string | undefined;
  sentence: (all: D[], names: Names, actor: string) => ReactNode;
};

const texts: { readonly [T in EventType]?: Together<DataOf<T>> } = {
  "setting.saved": { sentence: settings },
  "invitation.created": { by: ({ import: id = "" }) => id, sentence: invitations },
  "invitation.resent": { sentence: (all) => <>sent new invitations to {people(all, invitationOf)}</> },
  "invitation.mails_resumed": {
    sentence: (all) => (
      <>
        queued the emails of the invitations of{" "}
        {people(
          all.flatMap(({ invitations: ids }) => ids),
          String,
        )}{" "}
        again
      </>
    ),
  },
  "invitation.role_changed": {
    sentence: (all) => (
      <>
        changed {several(all, invitationOf, "the role", "the roles")} of{" "}
        {named(countOf(all, invitationOf, "invitation"))}
      </>
    ),
  },
  "invitation.suppression_removed": { sentence: (all) => <>allowed email to {people(all, invitationOf)} again</> },
  "invitation.ended": {
    by: ({ state }) => (state === "revoked" || state === "expired" ? state : undefined),
    sentence: (all) => {
      const whose = people(
        all.flatMap(({ invitations: ids }) => ids),
        String,
      );
      return all[0]?.state === "revoked" ? (
        <>revoked the invitations of {whose}</>
      ) : (
        <>let the invitations of {whose} expire</>
      );
    },
  },
  "member.role_changed": {
    sentence: (all) => (
      <>
        changed {several(all, accountOf, "the role", "the roles")} of {people(all, accountOf)}
      </>
    ),
  },
  "member.removed": { sentence: (all) => <>removed {people(all, invitationOf)}</> },
  "member.reinstated": { sentence: (all) => <>restored {people(all, accountOf)}</> },
  "team.created": { sentence: (all) => `created ${countOf(all, teamOf, "team")}` },
  "team.described": {
    sentence: (all) =>
      `changed ${several(all, teamOf, "the description", "the descriptions")} of ${countOf(all, teamOf, "team")}`,
  },
  "team.deleted": { sentence: (all) => `deleted ${countOf(all, teamOf, "team")}` },
  "team.joined": {
    by: movesSelf,
    sentence: (all, names, actor) => moved(all, names, actor, ["joined", "added", "to"]),
  },
  "team.left": {
    by: movesSelf,
    sentence: (all, names, actor) => moved(all, names, actor, ["left", "removed", "from"]),
  },
  "update.created": { sentence: (all) => `posted ${updates(all)}` },
  "update.edited": { sentence: (all) => `edited ${updates(all)}` },
  "update.deleted": { sentence: (all) => `deleted ${updates(all)}` },
  "update.restored": { sentence: (all) => `restored ${updates(all)}` },
  "update.pinned": { sentence: (all) => `pinned ${updates(all)}` },
  "update.unpinned": { sentence: (all) => `unpinned ${updates(all)}` },
  "comment.created": { sentence: (all) => `wrote ${comments(all)}` },
  "comment.edited": { sentence: (all) => `edited ${comments(all)}` },
  "comment.deleted": { sentence: (all) => `deleted ${comments(all)}` },
  "comment.restored": { sentence: (all) => `restored ${comments(all)}` },
  "device.linked": { sentence: (all) => `linked ${countOf(all, deviceOf, "device")}` },
  "device.revoked": {
    by: ({ reason }) => (reason === "token_reused" ? undefined : reason),
    sentence: (all) => `revoked ${countOf(all, deviceOf, "device")}`,
  },
  "departure.recorded": { sentence: (all) => <>recorded what left with devices of {people(all, accountOf)}</> },
  "import.created": {
    by: ({ via }) => (via === "script" ? undefined : via),
    sentence: (all) => `uploaded ${plural(all.length, "file")} to import`,
  },
  "import.ended": {
    by: ({ state }) => (state === "done" ? state : undefined),
    sentence: (all) => `finished ${plural(all.length, "import")}`,
  },
  "secret.created": { sentence: (all) => `added ${keys(all)}` },
  "secret.replaced": { sentence: (all) => `replaced ${keys(all)}` },
  "secret.enabled": { sentence: (all) => `enabled ${keys(all)}` },
  "secret.disabled": { sentence: (all) => `disabled ${keys(all)}` },
  "secret.deleted": { sentence: (all) => `deleted ${keys(all)}` },
  "domain.added": { sentence: (all) => `added ${plural(all.length, "domain")}` },
};

type AnyEvent = { type: string; actor: string; data: unknown };

/** A page that was loaded before a release meets unknown types. */
const textOf = (type: string): Together<unknown> | undefined =>
  Object.hasOwn(texts, type) ? (texts as Record<string, Together<unknown>>)[type] : undefined;

/** Returns what an event's group has in common; undefined for an event that stands alone. */
export function groupKey({ type, actor, data }: AnyEvent): string | undefined {
  const text = textOf(type);
  const by = text?.by ? text.by(data, actor) : "";
  return text && by !== undefined ? `${type} ${by}` : undefined;
}

/** The sentence of a group. */
export function describeTogether(events: readonly OrganizationEvent[], names: Names): ReactNode {
  const { type = "", actor = "" } = events[0] ?? {};
  const all = events.map(({ data }) => data);
  return textOf(type)?.sentence(all, names, actor);
}

const accountOf = ({ account }: { account: string }) => account;
const invitationOf = ({ invitation }: { invitation: string }) => invitation;
const teamOf = ({ team }: { team: string }) => team;
const deviceOf = ({ device }: { device: string }) => device;

const several = <D,>(all: D[], idOf: (one: D) => string, one: string, many: string) =>
  new Set(all.map(idOf)).size === 1 ? one : many;
const countOf = <D,>(all: D[], idOf: (one: D) => string, one: string, many?: string) =>
  plural(new Set(all.map(idOf)).size, one, many);
const people = <D,>(all: D[], idOf: (one: D) => string) => named(countOf(all, idOf, "person", "people"));
const updates = (all: { update: string }[]) => countOf(all, ({ update }) => update, "update");
const comments = (all: { comment: string }[]) => countOf(all, ({ comment }) => comment, "comment");
const keys = (all: { secret: string }[]) => countOf(all, ({ secret }) => secret, "API key");

function settings(all: DataOf<"setting.saved">[]) {
  const fields = new Set(
    all.flatMap(({ section, team, fields: paths }) => paths.map((path) => `${section}.${team ?? ""}.${path}`)),
  );
  const sections = new Set(all.map(({ section }) => section));
  const [section = ""] = sections;
  const place = sections.size === 1 ? (sectionText[section] ?? "of the organization") : "";
  return `changed ${plural(fields.size, "setting")} ${place}`.trimEnd();
}

function invitations(all: DataOf<"invitation.created">[], names: Names) {
  const roles: Record<string, number> = {};
  for (const { roles: counts } of all) {
    for (const [role, count = 0] of Object.entries(counts)) roles[role] = (roles[role] ?? 0) + count;
  }
  const by = all[0]?.import;
  return (
    <>
      invited{" "}
      {people(
        all.flatMap(({ invitations: ids }) => ids),
        String,
      )}{" "}
      as {rolesOf(roles)}
      {by !== undefined && (
        <>
          {" "}
          by <ImportLink id={by} names={names} />
        </>
      )}
    </>
  );
}

type Moved = DataOf<"team.joined">;

function movesSelf({ accounts }: Moved, actor: string) {
  return accounts.join() === actor ? "self" : "others";
}

/** "joined 2 teams", or "added 5 people to the team Design". */
function moved(all: Moved[], names: Names, actor: string, [alone, others, to]: [string, string, string]) {
  const teams = new Map(all.map(({ team, name }) => [team, name]));
  const [[team, name] = ["", ""]] = teams;
  const place =
    teams.size > 1 ? (
      plural(teams.size, "team")
    ) : (
      <>
        the team <TeamLink id={team} name={name} names={names} />
      </>
    );
  if (all.every((data) => movesSelf(data, actor) === "self")) {
    return (
      <>
        {alone} {place}
      </>
    );
  }
  return (
    <>
      {others}{" "}
      {people(
        all.flatMap(({ accounts }) => accounts),
        String,
      )}{" "}
      {to} {place}
    </>
  );
}
