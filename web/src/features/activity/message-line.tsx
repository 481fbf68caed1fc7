import type { Line, Part } from "@muster/core/message/line.ts";
import { Link } from "@tanstack/react-router";
import { createElement, Fragment, type ReactNode } from "react";
import { domainName } from "#lib/domain-name.ts";
import { plural } from "#lib/format.ts";
import { pageOf } from "#lib/page-of.ts";
import { productName } from "#lib/product.ts";
import type { Names } from "./names.ts";

type LineProps = { line: Line; names: Names };

/** A line of the log, with names and links. */
export function MessageLine({ line, names }: LineProps) {
  return createElement(Fragment, null, ...line.map((part) => partOf(part, names)));
}

function partOf(part: Part, names: Names) {
  if (typeof part === "string") return part;
  if ("team" in part) return <TeamLink id={part.team} name={part.name} names={names} />;
  if ("name" in part) return <Name>{part.name}</Name>;
  if ("domain" in part) return <Name>{domainName(part.domain)}</Name>;
  if ("actor" in part) return <Actor actor={part.actor} names={names} isObject />;
  if ("members" in part) return <Members ids={part.members} names={names} />;
  if ("invited" in part) return <Invitees ids={part.invited} names={names} />;
  if ("update" in part) return <UpdateLink id={part.update} names={names} />;
  return <ImportLink id={part.import} names={names} />;
}

type PeopleProps = { ids: readonly string[]; names: Names };

/** One person by their name or address, which the log itself does not have; several by their number. */
function Invitees({ ids: all, names }: PeopleProps) {
  const [first = ""] = all;
  const account = names.accountOf(first);
  if (all.length > 1) return <Name>{plural(all.length, "person", "people")}</Name>;
  if (account !== undefined && names.member(account) !== undefined) {
    return <Actor actor={account} names={names} isObject />;
  }
  return <Name>{names.invited(first) ?? "someone"}</Name>;
}

/** One person by name, several by their number. */
function Members({ ids: all, names }: PeopleProps) {
  const [first = ""] = all;
  return all.length === 1 ? (
    <Actor actor={first} names={names} isObject />
  ) : (
    <Name>{plural(all.length, "person", "people")}</Name>
  );
}

type LinkProps = { id: string; names: Names };

/** A team by the name that it had then. */
function TeamLink({ id, name, names }: LinkProps & { name: string }) {
  return (
    <Link {...pageOf(names.organizationId, "/teams/$team", { team: id })} className={nameLinkClass}>
      {name}
    </Link>
  );
}

function UpdateLink({ id, names }: LinkProps) {
  return (
    <Link {...pageOf(names.organizationId, "/updates/$update", { update: id })} className={nameLinkClass}>
      an update
    </Link>
  );
}

function ImportLink({ id, names }: LinkProps) {
  return (
    <Link {...pageOf(names.organizationId, "/imports/$import", { import: id })} className={nameLinkClass}>
      an import
    </Link>
  );
}

type Props = { actor: string; names: Names; isObject?: boolean };

const nameLinkClass = "rounded-sm font-medium hover:underline";

/** Names the person who did something, or the one it was done to: "You", a member's name, or the product itself. */
export function Actor({ actor, names, isObject = false }: Props) {
  if (!actor.startsWith("acc_")) {
    return <Name>{productName}</Name>;
  }
  const name = names.member(actor);
  if (actor !== names.me && name !== undefined) {
    return (
      <Link
        {...pageOf(names.organizationId, "/members")}
        search={{ search: name }}
        title={actor}
        className={nameLinkClass}
      >
        {name}
      </Link>
    );
  }
  const [you, former] = isObject
    ? [names.isMine === true ? "yourself" : "you", "a former member"]
    : ["You", "A former member"];
  return (
    <span title={actor}>
      <Name>{actor === names.me ? you : names.isGone(actor) ? former : "…"}</Name>
    </span>
  );
}

function Name({ children }: { children: ReactNode }) {
  return <strong className="font-medium">{children}</strong>;
}
