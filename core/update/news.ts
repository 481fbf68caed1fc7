import * as v from "valibot";
import { sha256 } from "../base/hash.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { read } from "../kernel/stored.ts";
import { failures as teamFailures } from "../team/names.ts";
import { Where } from "./feed.ts";
import { updateKeys } from "./keys.ts";
import { keysOfPlaces, placesOf } from "./place.ts";
import { NewsRow } from "./row.ts";

/** Says by its version whether anything has changed in a feed: an update, a comment, a reaction. */
export const news = fn(
  "update.news",
  {
    input: Where,
    output: v.object({
      /** Changes whenever something changes in the feed that its readers see. */
      version: v.string(),
    }),
    failures: [teamFailures.missing],
    reads: keysOfPlaces,
  },
  async (where, actor, rows) => {
    const places = placesOf(actor, where, rows);
    const found = await table.getMany(places.map(updateKeys.news), { consistent: false });
    const versions = found.map((row) => row && read(NewsRow, row)?.version);
    const text = JSON.stringify(places.map((place, i) => [place, versions[i]]));
    return { version: sha256(text).slice(0, 22) };
  },
);
