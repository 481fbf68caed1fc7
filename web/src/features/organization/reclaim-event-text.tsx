import { Armchair } from "lucide-react";
import { plural } from "#lib/format.ts";
import { productName } from "#lib/product.ts";
import type { WordsOf } from "./event-shape.ts";

/** The sentences of events about unused seats. */
export const reclaimText: WordsOf<"reclaim"> = {
  "reclaim.started": {
    icon: Armchair,
    sentence: ({ members, invitations }) => `started to reclaim up to ${plural(members + invitations, "unused seat")}`,
  },
  "reclaim.canceled": { icon: Armchair, sentence: () => "stopped reclaiming unused seats" },
  "reclaim.ended": {
    icon: Armchair,
    who: () => <strong className="font-medium">{productName}</strong>,
    sentence: ({ removed, revoked, seats }) => {
      const said = `reclaimed ${plural(removed + revoked, "unused seat")}`;
      return seats === undefined ? said : `${said}, and requested ${plural(seats, "seat")} for the subscription`;
    },
  },
};
