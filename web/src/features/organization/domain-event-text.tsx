import { BadgeCheck, Globe, Trash2, TriangleAlert, UserCog } from "lucide-react";
import { joinLabel } from "#features/domains/text.ts";
import { domainName } from "#lib/domain-name.ts";
import type { DataOf, WordsOf } from "./event-shape.ts";
import { roleText } from "./text.ts";

type Join = DataOf<"domain.join_changed">["to"];

/** What events of domains say. */
export const domainText: WordsOf<"domain"> = {
  "domain.added": { icon: Globe, sentence: ({ name }) => <>added the domain {named(name)}</> },
  "domain.verified": { icon: BadgeCheck, sentence: ({ name }) => <>verified the domain {named(name)}</> },
  "domain.record_lost": {
    icon: TriangleAlert,
    sentence: ({ name }) => <>found that the DNS record of {named(name)} is missing</>,
  },
  "domain.record_restored": {
    icon: BadgeCheck,
    sentence: ({ name }) => <>found the DNS record of {named(name)} again</>,
  },
  "domain.expired": {
    icon: TriangleAlert,
    sentence: ({ name }) => <>ended the verification of {named(name)}, whose DNS record stayed missing</>,
  },
  "domain.released": {
    icon: Trash2,
    sentence: ({ name }) => <>gave the domain {named(name)} back, because the organization was deleted</>,
  },
  "domain.removed": { icon: Trash2, sentence: ({ name }) => <>removed the domain {named(name)}</> },
  "domain.join_changed": {
    icon: UserCog,
    sentence: ({ name, from, to }) => (
      <>
        changed joining by {named(name)} from {joinOf(from)} to {joinOf(to)}
      </>
    ),
  },
};

/** "Automatic as Read", or "Off". */
function joinOf({ mode, role }: Join) {
  const as = role === "unknown" ? role : roleText[role].label;
  return mode === "off" ? joinLabel(mode) : `${joinLabel(mode)} as ${as}`;
}

const named = (name: string) => <strong className="font-medium">{domainName(name)}</strong>;
