import { Link } from "@tanstack/react-router";
import { plural } from "#lib/format.ts";
import { Actor, Name, nameLinkClass } from "./actor.tsx";
import type { DataOf } from "./event-shape.ts";
import { roleText } from "./text.ts";
import type { Names } from "./use-names.ts";

// What sentences about several kinds of events have in common.

/** One person by their name or address, which the log itself does not have; several by their number. */
export function Invitees({ ids: all, names }: { ids: readonly string[]; names: Names }) {
  const [first = ""] = all;
  const account = names.accountOf(first);
  if (all.length > 1) return <Name>{plural(all.length, "person", "people")}</Name>;
  if (account !== undefined && names.member(account) !== undefined) {
    return <Actor actor={account} names={names} isObject />;
  }
  return <Name>{names.invited(first) ?? "someone"}</Name>;
}

/** One person by name, several by their number. */
export function Members({ ids: all, names }: { ids: readonly string[]; names: Names }) {
  const [first = ""] = all;
  return all.length === 1 ? (
    <Actor actor={first} names={names} isObject />
  ) : (
    <Name>{plural(all.length, "person", "people")}</Name>
  );
}

/** A team by the name that it had then. */
export function TeamLink({ id, name, names }: { id: string; name: string; names: Names }) {
  return (
    <Link
      to="/organizations/$organization/teams/$team"
      params={{ organization: names.organizationId, team: id }}
      className={nameLinkClass}
    >
      {name}
    </Link>
  );
}

export function UpdateLink({ id, names }: { id: string; names: Names }) {
  return (
    <Link
      to="/organizations/$organization/updates/$update"
      params={{ organization: names.organizationId, update: id }}
      className={nameLinkClass}
    >
      an update
    </Link>
  );
}

export function ImportLink({ id, names }: { id: string; names: Names }) {
  return (
    <Link
      to="/organizations/$organization/imports/$import"
      params={{ organization: names.organizationId, import: id }}
      className={nameLinkClass}
    >
      an import
    </Link>
  );
}

export const sectionText: Record<string, string> = {
  features: "under Features",
  models: "under Models",
  sources: "under LTM Sources",
  websites: "under LTM Websites",
  teams: "of a team",
};

/** "the contact of the organization", or "2 settings under Features". */
export function settingsOf(section: string, fields: readonly string[]) {
  const place = sectionText[section];
  return place
    ? `${plural(fields.length, "setting")} ${place}`
    : `${partsOf(fields)} ${fields.every((field) => field.startsWith("updates.")) ? "to" : "of"} the organization`;
}

/** Fields are named by their paths: those of one part are combined. */
function partsOf(fields: readonly string[]) {
  const parts = [...new Set(fields.map((field) => partText(field.split(".")[0])))];
  return new Intl.ListFormat("en").format(parts);
}

const partTexts: Record<string, string> = { singleSignOn: "the single sign-on", updates: "who posts updates" };
const partText = (part = "") => partTexts[part] ?? `the ${part}`;

/** "Read", or "2 Read and 1 Admin" if they differ. */
export function rolesOf(roles: DataOf<"invitation.created">["roles"]) {
  const counts = Object.entries(roles);
  if (counts.length === 1) {
    return roleOf(counts[0]?.[0]);
  }
  return new Intl.ListFormat("en").format(counts.map(([role, count]) => `${count} ${roleOf(role)}`));
}

export function roleOf(role = "") {
  return role in roleText ? roleText[role as keyof typeof roleText].label : role;
}

export function named(name: string) {
  return <Name>{name}</Name>;
}
