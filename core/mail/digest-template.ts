import { counted } from "../base/counted.ts";
import { written } from "../catalog/notifications.ts";
import { settings } from "../kernel/ports.ts";
import type { Collected } from "../notification/collected.ts";
import type { Info } from "../notification/list.ts";
import { type Block, button, type Content, heading, item, named, paragraph, section, small } from "./content.ts";
import { inMail, linkOf } from "./notification-template.ts";

/** Items that a digest names, and people that an item names. */
export const maxItems = 30;
const maxPeople = 3;

/** One line of a digest: what happened on one update, or one thing that happened otherwise. */
type Entry = { place: string; title: string; url: string; infos: Info[] };

/** Returns the daily digest of these notifications, by organization and team. It names titles, and no other words. */
export function digestTemplate(collected: readonly Collected[]): Content {
  const entries = byPlace(entriesOf(collected));
  const shown = entries.slice(0, maxItems);
  const more = collected.length - shown.reduce((sum, { infos }) => sum + infos.length, 0);
  const count = counted(collected.length, "notification");
  const [first] = shown;
  return {
    subject: `Your daily digest: ${count}`,
    preview: shown.length > 1 ? `${first?.title} and more.` : `${first?.title}.`,
    blocks: [
      heading("Your daily digest"),
      paragraph(`You have ${count} that you haven't read.`),
      ...shown.flatMap((entry, i): Block[] => [
        ...(entry.place === shown[i - 1]?.place ? [] : [section(entry.place)]),
        item(entry.title, entry.url, detailOf(entry.infos)),
      ]),
      ...(more > 0 ? [paragraph(`And ${more} more.`)] : []),
      button("Open your notifications", `${settings().siteUrl}/notifications`),
      small("You receive this email because you chose a daily digest. You can change that in your account."),
    ],
  };
}

function entriesOf(collected: readonly Collected[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { info, team } of collected) {
    const name = info.update ?? info.id;
    const found = entries.get(name);
    if (found) found.infos.push(info);
    else {
      const place = team === undefined ? named(info.subject) : `${named(info.subject)} · ${named(team)}`;
      entries.set(name, { place, ...lineOf(info), infos: [info] });
    }
  }
  return [...entries.values()];
}

/** Puts those of a place together, in the order in which the places come first. */
function byPlace(entries: readonly Entry[]): Entry[] {
  const places = [...new Set(entries.map(({ place }) => place))];
  return places.flatMap((place) => entries.filter((entry) => entry.place === place));
}

function lineOf(info: Info): Pick<Entry, "title" | "url"> {
  const { page, title } = written(info, inMail());
  return { title: info.update ? named(info.title ?? "An update") : title, url: linkOf(page, info) };
}

/** Of an update, who did what; of anything else, what it means. */
function detailOf(infos: readonly Info[]): string {
  const of = (...kinds: Info["kind"][]) => infos.filter(({ kind }) => kinds.includes(kind));
  const [mentions, comments] = [of("update.mentioned", "comment.mentioned"), of("update.commented")];
  const others = infos.filter(({ update }) => update === undefined);
  return [
    ...(mentions.length > 0 ? [`${people(mentions)} mentioned you or a team of yours`] : []),
    ...(comments.length > 0 ? [`${counted(comments.length, "comment")} by ${people(comments)}`] : []),
    ...others.map((info) => written(info, inMail()).sentences[0] ?? ""),
  ].join(" · ");
}

function people(infos: readonly Info[]): string {
  const names = [...new Set(infos.map(({ person }) => named(person ?? "Someone")))];
  const shown = names.slice(0, maxPeople);
  const others = names.length - shown.length;
  const all = others > 0 ? [...shown, counted(others, "other")] : shown;
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} and ${all.at(-1)}` : String(all[0]);
}
