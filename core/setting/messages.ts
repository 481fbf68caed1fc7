import { counted } from "../base/counted.ts";
import { countOf, distinct } from "../message/distinct.ts";
import { line } from "../message/line.ts";
import type { EventMessages } from "../message/message.ts";

export const settingEvents: EventMessages<typeof import("./events.ts")> = {
  "setting.saved": {
    icon: "Pencil",
    line: ({ section, fields }) => {
      const place = places[section];
      return place ? line`changed ${counted(fields.length, "setting")} ${place}` : line`changed ${partsOf(fields)}`;
    },
    together: {
      line: (all) => {
        const paths = all.flatMap(({ section, team = "", fields }) =>
          fields.map((path) => `${section}.${team}.${path}`),
        );
        const [section = "", ...others] = distinct(all.map((data) => data.section));
        const place = others.length > 0 ? "" : ` ${places[section] ?? "of the organization"}`;
        return line`changed ${countOf(paths, "setting")}${place}`;
      },
    },
  },
};

/** The places of settings, in words; missing for those of the organization itself. */
const places: Readonly<Record<string, string>> = {
  features: "under Features",
  models: "under Models",
  sources: "under LTM Sources",
  websites: "under LTM Websites",
  teams: "of a team",
};

/** "the contact of the organization": fields are named by their paths, and those of one part are combined. */
function partsOf(fields: readonly string[]): string {
  const parts = distinct(fields.map((field) => field.split(".")[0] ?? ""));
  const texts = parts.map((part) => partTexts[part] ?? `the ${part}`);
  const whose = parts.every((part) => part === "updates") ? "to" : "of";
  return `${new Intl.ListFormat("en").format(texts)} ${whose} the organization`;
}

const partTexts: Readonly<Record<string, string>> = {
  singleSignOn: "the single sign-on",
  updates: "who posts updates",
};
